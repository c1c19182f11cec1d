package dev.banyan.runtime.json;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import com.google.gson.stream.MalformedJsonException;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Codec;
import dev.banyan.runtime.resource.DecodeException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/**
 * A record, or a sealed interface of records, as JSON. What types it takes and how they look is said in the package. Empty bytes are the
 * record of which nothing is there: every {@code Optional}, {@code List} and {@code Map} empty. A type that has required components has no
 * such value; one can be given to {@link #of(Class, Object)}, as for a status before its first writing. Thread-safe.
 */
public final class JsonCodec<T> implements Codec<T> {
    private final Class<T> type;
    private final Optional<T> empty;
    private final Form form;

    private JsonCodec(Class<T> type, Optional<T> empty, Form form) {
        this.type = type;
        this.empty = empty;
        this.form = form;
    }

    /**
     * The codec of a record or a sealed interface of records.
     *
     * @throws IllegalArgumentException when a part of it, however deep, could be changed or has no form: says where, and what to take instead
     */
    public static <T> JsonCodec<T> of(Class<T> type) {
        return new JsonCodec<>(type, Optional.empty(), form(type, false));
    }

    /** The same with the value that empty bytes stand for. */
    public static <T> JsonCodec<T> of(Class<T> type, T empty) {
        return new JsonCodec<>(type, Optional.of(Objects.requireNonNull(empty, "empty")), form(type, false));
    }

    /**
     * The same codec for those who only read: it drops fields that a record does not have and no {@link UnknownFields} keeps. What it writes
     * lacks them, so it must not be used to write back what it has read.
     */
    public JsonCodec<T> ignoringUnknownFields() {
        return new JsonCodec<>(type, empty, form(type, true));
    }

    /**
     * The value's JSON in UTF-8.
     *
     * @throws IllegalArgumentException when a component is null
     */
    @Override
    public Bytes encode(T value) {
        var text = new StringWriter();
        try (var out = new JsonWriter(text)) {
            out.setHtmlSafe(false);
            form.write(out, value);
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory does not fail", impossible);
        }
        return Bytes.utf8(text.toString());
    }

    @Override
    public T decode(Bytes bytes) {
        if (bytes.isEmpty() && empty.isPresent()) {
            return empty.get();
        }
        try (var in = new JsonReader(new StringReader(text(bytes)))) {
            in.setStrictness(Strictness.STRICT);
            var value = form.read(in);
            if (in.peek() != JsonToken.END_DOCUMENT) {
                throw new MalformedJsonException("something follows the value");
            }
            return type.cast(value);
        } catch (Form.Refused | MalformedJsonException | EOFException | CharacterCodingException malformed) {
            throw new DecodeException(fault(bytes) + malformed.getMessage(), malformed);
        } catch (IOException | IllegalStateException malformed) {
            throw new DecodeException(fault(bytes) + malformed, malformed);
        }
    }

    private String fault(Bytes bytes) {
        return bytes.isEmpty()
                ? "no bytes are no " + type.getSimpleName()
                        + ", whose codec was not given an empty value (JsonCodec.of(type, empty)): "
                : bytes.size() + " bytes are no " + type.getSimpleName() + ": ";
    }

    /** Malformed text is refused: replaced characters would be written back. */
    private static String text(Bytes bytes) throws CharacterCodingException {
        return bytes.isEmpty()
                ? "{}"
                : StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes.toByteArray()))
                        .toString();
    }

    private static Form form(Class<?> type, boolean ignoring) {
        if (!type.isRecord() && !(type.isInterface() && type.isSealed())) {
            throw new IllegalArgumentException(
                    "JSON codec: " + type.getTypeName()
                            + " is no record and no sealed interface of records: make it one, since values are shared and must be immutable");
        }
        return new Forms(ignoring).of(type, type.getSimpleName());
    }
}
