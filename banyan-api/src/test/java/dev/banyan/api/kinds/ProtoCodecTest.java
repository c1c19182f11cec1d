package dev.banyan.api.kinds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.RestartPolicy;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.DecodeException;
import org.junit.jupiter.api.Test;

class ProtoCodecTest {
    private static final ProtoCodec<TaskSpec> CODEC = ProtoCodec.of(TaskSpec.getDefaultInstance());

    @Test
    void writesEqualMessagesAsEqualBytes() {
        var one = ContainerSpec.newBuilder();
        var other = ContainerSpec.newBuilder();
        for (int i = 0; i < 50; i++) {
            one.putEnvironment("K" + i, "v");
            other.putEnvironment("K" + (49 - i), "v");
        }

        var bytes = CODEC.encode(TaskSpec.newBuilder().setContainer(one).build());

        assertThat(CODEC.encode(TaskSpec.newBuilder().setContainer(other).build()))
                .isEqualTo(bytes);
        assertThat(CODEC.decode(bytes).getContainer().getEnvironmentMap()).hasSize(50);
    }

    @Test
    void keepsFieldsOfNewerVersions() {
        var newer = UnknownFieldSet.newBuilder()
                .addField(4711, UnknownFieldSet.Field.newBuilder().addVarint(5).build())
                .build();
        var written =
                TaskSpec.newBuilder().setService("web").setUnknownFields(newer).build();

        var read = CODEC.decode(CODEC.encode(written));

        assertThat(CODEC.encode(read)).isEqualTo(CODEC.encode(written));
        assertThat(read.getUnknownFields()).isEqualTo(newer);
    }

    @Test
    void refusesAnEnumValueThatItDoesNotKnowHoweverDeep() {
        var newer = TaskSpec.newBuilder()
                .setContainer(ContainerSpec.newBuilder()
                        .setRestart(RestartPolicy.newBuilder().setModeValue(99)))
                .build();
        var bytes = Bytes.copyOf(newer.toByteArray());

        assertThatThrownBy(() -> CODEC.decode(bytes))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("newer version");
    }

    @Test
    void refusesBytesThatAreNoMessage() {
        assertThatThrownBy(() -> CODEC.decode(Bytes.utf8("\u0007nonsense"))).isInstanceOf(DecodeException.class);
    }

    @Test
    void readsNothingAsTheEmptyMessage() {
        assertThat(CODEC.decode(Bytes.EMPTY)).isEqualTo(TaskSpec.getDefaultInstance());
    }
}
