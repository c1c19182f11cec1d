package dev.banyan.runtime.protobuf;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Codec;
import dev.banyan.runtime.resource.DecodeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Protobuf messages as spec or status. Encoding is deterministic: maps are written in key order. Fields of newer versions survive a read
 * and a write; an enum value that this version does not know fails to decode, since nothing may be decided from a default that nobody
 * wrote. Empty bytes are the empty message. Thread-safe.
 */
public final class ProtoCodec<T extends Message> implements Codec<T> {
    private final T empty;
    private final Parser<T> parser;
    private final EnumCheck enums;

    private ProtoCodec(T empty, Parser<T> parser) {
        this.empty = empty;
        this.parser = parser;
        this.enums = EnumCheck.of(empty.getDescriptorForType());
    }

    /** The codec of the type that {@code empty} is the default instance of. */
    public static <T extends Message> ProtoCodec<T> of(T empty) {
        @SuppressWarnings("unchecked") // a message's parser makes messages of its own type
        var parser = (Parser<T>) empty.getParserForType();
        return new ProtoCodec<>(empty, parser);
    }

    @Override
    public Bytes encode(T value) {
        var buffer = new ByteArrayOutputStream(value.getSerializedSize());
        var output = CodedOutputStream.newInstance(buffer);
        output.useDeterministicSerialization();
        try {
            value.writeTo(output);
            output.flush();
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory does not fail", impossible);
        }
        return Bytes.copyOf(buffer.toByteArray());
    }

    @Override
    public T decode(Bytes bytes) {
        if (bytes.isEmpty()) {
            return empty;
        }
        try {
            var value = parser.parseFrom(bytes.buffer());
            enums.firstUnknown(value).ifPresent(this::refuse);
            return value;
        } catch (InvalidProtocolBufferException malformed) {
            var name = empty.getDescriptorForType().getFullName();
            throw new DecodeException(bytes.size() + " bytes are no " + name, malformed);
        }
    }

    private void refuse(String field) {
        var name = empty.getDescriptorForType().getFullName();
        throw new DecodeException(
                "a " + name + " of a newer version", new IllegalArgumentException("unknown value of " + field));
    }
}
