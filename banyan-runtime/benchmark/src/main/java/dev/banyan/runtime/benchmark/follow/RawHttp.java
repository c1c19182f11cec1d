package dev.banyan.runtime.benchmark.follow;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Task;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;

/** A reader of the Kubernetes server that keeps nothing and parses nothing: how fast the server is. */
final class RawHttp implements Subject {
    private final String url;
    private final Env env;
    private volatile int size;
    private Optional<Task> reader = Optional.empty();

    RawHttp(String url, Env env) {
        this.url = url;
        this.env = env;
    }

    @Override
    public void start(Runnable told) {
        reader = Optional.of(env.tasks().spawn("reader", () -> {
            try (var list = open("/api/v1/configmaps")) {
                size = count(list, '{', told) / 4; // the object itself, metadata, labels, data
            }
            try (var events = open("/api/v1/configmaps?watch=true&resourceVersion=" + size)) {
                int unused = count(events, '\n', told);
            } catch (IOException closed) {
                return;
            }
        }));
    }

    /** Counts a letter; one in four braces, or each end of line, is an object. */
    private static int count(InputStream in, char letter, Runnable told) throws IOException {
        var chunk = new byte[64 * 1024];
        int count = 0;
        for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
            for (int at = 0; at < length; at++) {
                if (chunk[at] == letter) {
                    count++;
                    if (letter == '\n' || count % 4 == 0) {
                        told.run();
                    }
                }
            }
        }
        return count;
    }

    private InputStream open(String path) throws IOException {
        return URI.create(url + path).toURL().openStream();
    }

    @Override
    public boolean has(int objects) {
        return size == objects;
    }

    @Override
    public void close() {
        reader.ifPresent(Task::cancel);
    }
}
