package dev.banyan.runtime.benchmark.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Config maps of one namespace and what happens to them: object i is created at version i + 1, then they change one after the other, round
 * and round, so that each version has one event that needs no memory. How much of this has happened is for the caller to say.
 */
final class KubeObjects {
    private static final byte[] EVENT =
            bytes("{\"type\":\"MODIFIED\",\"object\":{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",");
    private static final byte[] EVENT_END = bytes("}\n");

    private final int count;
    private final byte[][] heads;
    private final byte[] tail;

    /** {@code count} of them with a payload of so many bytes each. */
    KubeObjects(int count, int payload) {
        this.count = count;
        this.heads = new byte[count][];
        for (int index = 0; index < count; index++) {
            heads[index] = bytes("\"metadata\":{\"name\":\"o" + index + "\",\"namespace\":\"default\",\"uid\":\""
                    + String.format("%08x-1111-4222-8333-444455556666", index) + "\",\"labels\":{\"group\":\"g"
                    + index % 100 + "\"},\"creationTimestamp\":\"2026-01-01T00:00:00Z\",\"resourceVersion\":\"");
        }
        this.tail = bytes("\"},\"data\":{\"payload\":\"" + "x".repeat(payload) + "\"}}");
    }

    int count() {
        return count;
    }

    /** An item of a list when {@code events} changes have happened; lists leave the kind out. */
    void writeItem(OutputStream out, int index, long events) throws IOException {
        long rounds = events / count + (index < events % count ? 1 : 0);
        out.write('{');
        write(out, index, index + 1 + rounds * count);
    }

    /** The event with the number {@code event}, from 0: the version is that of its object after it. */
    void writeEvent(OutputStream out, long event) throws IOException {
        out.write(EVENT);
        write(out, (int) (event % count), count + 1 + event);
        out.write(EVENT_END);
    }

    /** Length of what {@link #writeEvent} writes. */
    int lengthOf(long event) {
        int version = Long.toString(count + 1 + event).length();
        return EVENT.length + heads[(int) (event % count)].length + version + tail.length + EVENT_END.length;
    }

    private void write(OutputStream out, int index, long version) throws IOException {
        out.write(heads[index]);
        out.write(bytes(Long.toString(version)));
        out.write(tail);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
