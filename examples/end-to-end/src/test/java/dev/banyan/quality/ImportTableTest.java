package dev.banyan.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ImportTableTest {
    private final ImportTable table = ImportTable.parse(List.of(
            "# a comment",
            "",
            "@base = runtime.store com.google.gson",
            "runtime.store      ->",
            "runtime.store.etcd -> runtime.store io.grpc picocli",
            "engine             -> engine.* runtime.store.etcd",
            "engine.*           -> @base engine.planning",
            "engine.planning    -> @base",
            "generated engine.*.v1"));

    @Test
    void aRoomMayUseItselfAndTheJdk() {
        assertThat(table.refusal("dev.banyan.runtime.store", "dev.banyan.runtime.store"))
                .isEmpty();
        assertThat(table.refusal("dev.banyan.runtime.store", "java.util.concurrent"))
                .isEmpty();
        assertThat(table.refusal("dev.banyan.runtime.store", "org.jspecify.annotations"))
                .isEmpty();
    }

    @Test
    void aSubPackageBelongsToItsRoomUnlessItHasALineOfItsOwn() {
        assertThat(table.refusal("dev.banyan.runtime.store", "dev.banyan.runtime.store.inner"))
                .isEmpty();
        assertThat(table.refusal("dev.banyan.runtime.store", "dev.banyan.runtime.store.etcd"))
                .contains("runtime.store may not import runtime.store.etcd");
        assertThat(table.refusal("dev.banyan.runtime.store.etcd", "dev.banyan.runtime.store"))
                .isEmpty();
    }

    @Test
    void aRoomOfControllersSharesOnlyPlanning() {
        assertThat(table.refusal("dev.banyan.engine.scheduling", "dev.banyan.engine.planning"))
                .isEmpty();
        assertThat(table.refusal("dev.banyan.engine.scheduling", "dev.banyan.engine.liveness"))
                .contains("engine.scheduling may not import engine.liveness");
        assertThat(table.refusal("dev.banyan.engine.scheduling", "dev.banyan.engine"))
                .contains("engine.scheduling may not import engine");
    }

    @Test
    void theRootMayUseAllRoomsOfItsModule() {
        assertThat(table.refusal("dev.banyan.engine", "dev.banyan.engine.scheduling"))
                .isEmpty();
        assertThat(table.refusal("dev.banyan.engine", "dev.banyan.runtime.store.etcd"))
                .isEmpty();
    }

    @Test
    void aLibraryIsOpenOnlyToTheRoomThatNamesIt() {
        assertThat(table.refusal("dev.banyan.runtime.store.etcd", "io.grpc.netty"))
                .isEmpty();
        assertThat(table.refusal("dev.banyan.runtime.store", "io.grpc"))
                .contains("runtime.store may not import io.grpc");
        assertThat(table.refusal("dev.banyan.runtime.store.etcd", "io.grpcx")).isPresent();
        assertThat(table.refusal("dev.banyan.runtime.store.etcd", "picocli")).isEmpty();
        assertThat(table.refusal("dev.banyan.runtime.store", "picocli")).isPresent();
    }

    @Test
    void aGroupStandsForItsMembers() {
        assertThat(table.refusal("dev.banyan.engine.planning", "com.google.gson"))
                .isEmpty();
        assertThat(table.refusal("dev.banyan.engine.planning", "dev.banyan.runtime.store"))
                .isEmpty();
    }

    @Test
    void aRoomWithoutALineIsRefusedOnBothSides() {
        assertThat(table.refusal("dev.banyan.runtime.novel", "dev.banyan.runtime.store"))
                .contains("dev.banyan.runtime.novel has no line in import-table.txt");
        assertThat(table.refusal("dev.banyan.engine.planning", "dev.banyan.runtime.novel"))
                .contains("engine.planning may not import dev.banyan.runtime.novel");
    }

    @Test
    void generatedCodeAnswersToNoRule() {
        assertThat(table.isGenerated("dev.banyan.engine.wire.v1")).isTrue();
        assertThat(table.isGenerated("dev.banyan.engine.wire.v1.more")).isFalse();
        assertThat(table.refusal("dev.banyan.engine.wire.v1", "io.grpc")).isEmpty();
    }
}
