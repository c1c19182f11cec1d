package dev.banyan.runtime.benchmark.server;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The answering side of HTTP 1.1 on one connection: whole bodies, chunked ones, and websockets that only send. */
final class HttpExchange {
    private static final int BUFFER = 64 * 1024;
    private static final int CHUNK_MAX = 32 * 1024;
    private static final String ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455, 1.3

    /** What was asked. */
    record Request(String path, Map<String, String> query, Map<String, String> headers) {
        long number(String name, long otherwise) {
            var text = query.getOrDefault(name, "");
            return text.isEmpty() ? otherwise : Long.parseLong(text);
        }

        boolean flag(String name) {
            var text = query.getOrDefault(name, "");
            return text.equals("true") || text.equals("1");
        }

        Optional<String> webSocketKey() {
            return Optional.ofNullable(headers.get("sec-websocket-key"));
        }
    }

    private final OutputStream out;

    HttpExchange(OutputStream out) {
        this.out = new BufferedOutputStream(out, BUFFER);
    }

    /** The next request; empty when the client has hung up. */
    static Optional<Request> read(InputStream in) throws IOException {
        var first = line(in);
        if (first.isEmpty()) {
            return Optional.empty();
        }
        var headers = new HashMap<String, String>();
        for (var header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        in.skipNBytes(Long.parseLong(headers.getOrDefault("content-length", "0")));
        var target = URI.create(first.split(" ", -1)[1]);
        var query = new HashMap<String, String>();
        for (var pair : Optional.ofNullable(target.getRawQuery()).orElse("").split("&", -1)) {
            var parts = pair.split("=", 2);
            query.put(parts[0], parts.length == 2 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "");
        }
        return Optional.of(new Request(target.getPath(), query, headers));
    }

    void json(String text) throws IOException {
        head("200 OK", "Content-Length: " + text.length());
        out.write(KubeObjects.bytes(text));
        out.flush();
    }

    void missing() throws IOException {
        head("404 Not Found", "Content-Length: 0");
        out.flush();
    }

    /** A body of unknown length; closing it ends the body and not the connection. */
    OutputStream chunked() throws IOException {
        head("200 OK", "Transfer-Encoding: chunked");
        return new Chunks(out);
    }

    OutputStream webSocket(String key) throws IOException {
        out.write(KubeObjects.bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + accepted(key) + "\r\n\r\n"));
        return out;
    }

    /** The head of an unmasked text frame. */
    static void writeTextFrame(OutputStream out, int length) throws IOException {
        out.write(0x81);
        if (length < 126) {
            out.write(length);
        } else if (length < 65_536) {
            out.write(126);
            out.write(length >>> 8);
            out.write(length);
        } else {
            throw new IllegalArgumentException("no event is that long: " + length);
        }
    }

    private void head(String status, String length) throws IOException {
        out.write(KubeObjects.bytes(
                "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\n" + length + "\r\n\r\n"));
    }

    private static String accepted(String key) {
        try {
            var digest = MessageDigest.getInstance("SHA-1").digest(KubeObjects.bytes(key + ACCEPT_SALT));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException(never);
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private static final class Chunks extends OutputStream {
        private final OutputStream out;
        private final byte[] chunk = new byte[CHUNK_MAX];
        private int length;

        Chunks(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int value) throws IOException {
            if (length == CHUNK_MAX) {
                send();
            }
            chunk[length++] = (byte) value;
        }

        @Override
        public void write(byte[] from, int offset, int count) throws IOException {
            if (length + count > CHUNK_MAX) {
                send();
            }
            System.arraycopy(from, offset, chunk, length, count);
            length += count;
        }

        @Override
        public void flush() throws IOException {
            send();
            out.flush();
        }

        @Override
        public void close() throws IOException {
            send();
            out.write(KubeObjects.bytes("0\r\n\r\n"));
            out.flush();
        }

        private void send() throws IOException {
            if (length > 0) {
                out.write(KubeObjects.bytes(Integer.toHexString(length) + "\r\n"));
                out.write(chunk, 0, length);
                out.write(KubeObjects.bytes("\r\n"));
                length = 0;
            }
        }
    }
}
