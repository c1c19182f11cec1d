package dev.banyan.api.kinds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.DecodeException;
import java.util.List;
import org.junit.jupiter.api.Test;

class KindsTest {
    @Test
    void everyKindHasANameOfItsOwn() {
        assertThat(Kinds.ALL).extracting(kind -> kind.name()).doesNotHaveDuplicates();
    }

    @Test
    void equalValuesEncodeToEqualBytesWhateverTheOrderOfTheirMaps() {
        var one = DeploymentSpec.newBuilder().putScale("a", 1).putScale("b", 2).build();
        var two = DeploymentSpec.newBuilder().putScale("b", 2).putScale("a", 1).build();

        assertThat(Kinds.DEPLOYMENTS.spec().encode(one))
                .isEqualTo(Kinds.DEPLOYMENTS.spec().encode(two));
    }

    @Test
    void emptyBytesAreTheEmptyValue() {
        assertThat(Kinds.DEPLOYMENTS.spec().decode(Bytes.EMPTY)).isEqualTo(DeploymentSpec.getDefaultInstance());
    }

    @Test
    void malformedBytesAreNamed() {
        assertThatThrownBy(() -> Kinds.DEPLOYMENTS.spec().decode(Bytes.copyOf(new byte[] {(byte) 0xff, 1, 2})))
                .isInstanceOf(DecodeException.class)
                .hasMessage("3 bytes are no banyan.v1.DeploymentSpec");
    }

    @Test
    void taskNamesOfTaggedDeploymentsParse() {
        var name = TaskName.parse("shop.eu.prod.web.3.1.2");

        assertThat(name).isEqualTo(new TaskName("shop.eu.prod", "web", 3, 1, 2));
        assertThat(name).hasToString("shop.eu.prod.web.3.1.2");
    }

    @Test
    void malformedTaskNamesAreRefused() {
        assertThatThrownBy(() -> TaskName.parse("shop.web.1")).hasMessageContaining("3 parts");
        assertThatThrownBy(() -> TaskName.parse("shop.web.x.1.2")).hasMessageContaining("numbers are malformed");
    }

    @Test
    void objectsBelongToTheDeploymentInTheirName() {
        assertThat(DeploymentName.owning(Kinds.DEPLOYMENTS.key("default", "shop.eu")))
                .contains("shop.eu");
        assertThat(DeploymentName.owning(Kinds.TASKS.key("default", "shop.eu.web.3.1.2")))
                .contains("shop.eu");
        assertThat(DeploymentName.owning(Kinds.RELEASES.key("default", "shop.eu.3")))
                .contains("shop.eu");
        assertThat(DeploymentName.owning(Kinds.SERVICES.key("default", "shop.eu.web")))
                .contains("shop.eu");
        assertThat(DeploymentName.owning(Kinds.ENDPOINTS.key("default", "shop.web")))
                .contains("shop");
    }

    @Test
    void objectsOfOtherKindsAndForeignNamesBelongToNone() {
        assertThat(DeploymentName.owning(Kinds.AGENTS.key("", "shop.eu"))).isEmpty();
        assertThat(DeploymentName.owning(Kinds.TASKS.key("default", "gone"))).isEmpty();
        assertThat(DeploymentName.owning(Kinds.SERVICES.key("default", "web"))).isEmpty();
    }

    @Test
    void theOrderOfTagsDoesNotMatterInANameOfADeployment() {
        assertThat(DeploymentName.of("shop", List.of("prod", "eu"))).isEqualTo("shop.eu.prod");
        assertThat(DeploymentName.of("shop", List.of())).isEqualTo("shop");
    }

    @Test
    void tagsMatchWhenBothAreEmptyOrOneIsCommon() {
        assertThat(TagMatching.matches(List.of(), List.of())).isTrue();
        assertThat(TagMatching.matches(List.of("a", "b"), List.of("b"))).isTrue();
        assertThat(TagMatching.matches(List.of("a"), List.of())).isFalse();
        assertThat(TagMatching.matches(List.of(), List.of("a"))).isFalse();
    }
}
