package dev.banyan.runtime.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Field;
import com.google.protobuf.Struct;
import com.google.protobuf.Syntax;
import com.google.protobuf.Type;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.Value;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.DecodeException;
import dev.banyan.runtime.resource.SharedTypes;
import org.junit.jupiter.api.Test;

/** On messages that come with protobuf: a type has fields, and each field a kind. */
class ProtoCodecTest {
    private static final ProtoCodec<Type> TYPES = ProtoCodec.of(Type.getDefaultInstance());
    private static final ProtoCodec<Struct> STRUCTS = ProtoCodec.of(Struct.getDefaultInstance());

    @Test
    void readsBackWhatItWrote() {
        var type = Type.newBuilder()
                .setName("zone")
                .setSyntax(Syntax.SYNTAX_PROTO3)
                .addFields(Field.newBuilder().setKind(Field.Kind.TYPE_BOOL))
                .build();

        assertThat(TYPES.decode(TYPES.encode(type))).isEqualTo(type);
    }

    @Test
    void writesEqualMessagesAsEqualBytes() {
        var one = Struct.newBuilder();
        var other = Struct.newBuilder();
        for (int i = 0; i < 50; i++) {
            one.putFields("K" + i, Value.newBuilder().setNumberValue(1).build());
            other.putFields("K" + (49 - i), Value.newBuilder().setNumberValue(1).build());
        }

        var bytes = STRUCTS.encode(one.build());

        assertThat(STRUCTS.encode(other.build())).isEqualTo(bytes);
        assertThat(STRUCTS.decode(bytes).getFieldsMap()).hasSize(50);
    }

    @Test
    void keepsFieldsOfNewerVersions() {
        var newer = UnknownFieldSet.newBuilder()
                .addField(4711, UnknownFieldSet.Field.newBuilder().addVarint(5).build())
                .build();
        var written = Type.newBuilder().setName("zone").setUnknownFields(newer).build();

        var read = TYPES.decode(TYPES.encode(written));

        assertThat(read.getUnknownFields()).isEqualTo(newer);
        assertThat(TYPES.encode(read.toBuilder().setName("other").build()))
                .isEqualTo(TYPES.encode(written.toBuilder().setName("other").build()));
    }

    @Test
    void refusesAnEnumValueThatItDoesNotKnow() {
        var newer = Type.newBuilder().setSyntaxValue(99).build();

        assertThatThrownBy(() -> TYPES.decode(Bytes.copyOf(newer.toByteArray())))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("a google.protobuf.Type of a newer version")
                .hasRootCauseMessage("unknown value of google.protobuf.Type.syntax");
    }

    @Test
    void refusesAnEnumValueThatItDoesNotKnowHoweverDeep() {
        var newer = Type.newBuilder()
                .addFields(Field.newBuilder().setKind(Field.Kind.TYPE_BOOL))
                .addFields(Field.newBuilder().setKindValue(99))
                .build();

        assertThatThrownBy(() -> TYPES.decode(Bytes.copyOf(newer.toByteArray())))
                .isInstanceOf(DecodeException.class)
                .hasRootCauseMessage("unknown value of google.protobuf.Field.kind");
    }

    @Test
    void refusesBytesThatAreNoMessage() {
        assertThatThrownBy(() -> TYPES.decode(Bytes.utf8("\u0007nonsense")))
                .isInstanceOf(DecodeException.class)
                .hasMessage("9 bytes are no google.protobuf.Type");
    }

    @Test
    void readsNothingAsTheEmptyMessage() {
        assertThat(TYPES.decode(Bytes.EMPTY)).isEqualTo(Type.getDefaultInstance());
    }

    @Test
    void deliversValuesThatMayBeShared() {
        new SharedTypes().check(TYPES.decode(Bytes.EMPTY));
    }
}
