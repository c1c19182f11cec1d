package dev.banyan.runtime.benchmark.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A {@link KubeServer} in a process of its own, which ends with this one. */
public final class KubeProcess implements AutoCloseable {
    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final String url;

    private KubeProcess(Process process, int port) {
        this.process = process;
        this.url = "http://127.0.0.1:" + port;
    }

    /** Serves so many objects with so many bytes of payload each. */
    public static KubeProcess start(int objects, int payload) {
        try {
            var process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx1g",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            KubeServer.class.getName(),
                            Integer.toString(objects),
                            Integer.toString(payload)))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            var line = out.readLine();
            if (line == null || !line.startsWith("port ")) {
                throw new IllegalStateException("the server said " + line);
            }
            return new KubeProcess(process, Integer.parseInt(line.substring(5)));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public String url() {
        return url;
    }

    /** Lets more events happen. */
    public void release(long events) throws InterruptedException {
        call("/release?events=" + events);
    }

    /** Takes all events back and hangs up on watches. */
    public void reset() throws InterruptedException {
        call("/reset");
    }

    @Override
    public void close() {
        process.destroy();
    }

    private void call(String path) throws InterruptedException {
        try {
            var answer = client.send(
                    HttpRequest.newBuilder(URI.create(url + path)).build(), HttpResponse.BodyHandlers.discarding());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(path + ": " + answer.statusCode());
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
