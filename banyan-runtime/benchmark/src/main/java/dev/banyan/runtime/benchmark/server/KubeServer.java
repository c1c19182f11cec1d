package dev.banyan.runtime.benchmark.server;

import dev.banyan.runtime.benchmark.server.HttpExchange.Request;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * As much of the Kubernetes API as informers of config maps use. {@code /release?events=n} lets n events happen, which watches then send as
 * fast as they are read; {@code /reset} takes all back and hangs up on watches.
 */
public final class KubeServer {
    private static final String MAPS = "/api/v1/configmaps";

    private final Env env = new SystemEnv();
    private final KubeObjects objects;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long released; // guarded by lock
    private int era; // guarded by lock; a watch of another era ends

    private KubeServer(KubeObjects objects) {
        this.objects = objects;
    }

    /** Arguments: number of objects, bytes of payload. Prints its port and serves until its input ends. */
    public static void main(String[] arguments) throws IOException {
        var server = new KubeServer(new KubeObjects(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1])));
        try (var door = new ServerSocket()) {
            door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            System.out.println("port " + door.getLocalPort());
            server.env.tasks().spawn("door", () -> server.accept(door));
            while (System.in.read() >= 0) {
                continue;
            }
        }
        System.exit(0);
    }

    private void accept(ServerSocket door) throws IOException {
        while (true) {
            var socket = door.accept();
            env.tasks().spawn("connection", () -> serve(socket));
        }
    }

    private void serve(Socket socket) throws InterruptedException {
        try (socket) {
            socket.setTcpNoDelay(true);
            var in = new BufferedInputStream(socket.getInputStream());
            var out = new HttpExchange(socket.getOutputStream());
            for (var request = HttpExchange.read(in); request.isPresent(); request = HttpExchange.read(in)) {
                answer(request.get(), out);
            }
        } catch (IOException gone) {
            return; // a client that hangs up is none of ours to complain about
        }
    }

    private void answer(Request request, HttpExchange out) throws IOException, InterruptedException {
        switch (request.path()) {
            case "/release" -> {
                release(request.number("events", 0));
                out.json("{}");
            }
            case "/reset" -> {
                reset();
                out.json("{}");
            }
            case "/version" -> out.json("{\"major\":\"1\",\"minor\":\"34\",\"gitVersion\":\"v1.34.0\"}");
            case MAPS -> {
                if (request.flag("watch")) {
                    watch(request, out);
                } else {
                    list(request, out);
                }
            }
            default -> out.missing();
        }
    }

    private void list(Request request, HttpExchange out) throws IOException {
        long events = released();
        int from = (int) request.number("continue", 0);
        long limit = request.number("limit", 0);
        int until = limit == 0 ? objects.count() : (int) Math.min(objects.count(), from + limit);
        var more = until < objects.count() ? ",\"continue\":\"" + until + "\"" : "";
        var body = out.chunked();
        body.write(KubeObjects.bytes(
                "{\"kind\":\"ConfigMapList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\""
                        + (objects.count() + events) + "\"" + more + "},\"items\":["));
        for (int index = from; index < until; index++) {
            if (index > from) {
                body.write(',');
            }
            objects.writeItem(body, index, events);
        }
        body.write(KubeObjects.bytes("]}"));
        body.close();
    }

    private void watch(Request request, HttpExchange out) throws IOException, InterruptedException {
        long next = Math.max(0, request.number("resourceVersion", 0) - objects.count());
        int begun = era();
        boolean socket = request.webSocketKey().isPresent();
        OutputStream body = socket ? out.webSocket(request.webSocketKey().get()) : out.chunked();
        body.flush();
        while (true) {
            long until = awaitEvents(next, begun);
            if (until < next) {
                throw new IOException("the watch is of an earlier era");
            }
            for (; next < until; next++) {
                if (socket) {
                    HttpExchange.writeTextFrame(body, objects.lengthOf(next));
                }
                objects.writeEvent(body, next);
            }
            body.flush();
        }
    }

    /** Answers how many events there are, once there are more than {@code known}; -1 when the era is over. */
    private long awaitEvents(long known, int begun) throws InterruptedException {
        lock.lock();
        try {
            while (era == begun && released <= known) {
                changed.await();
            }
            return era == begun ? released : -1;
        } finally {
            lock.unlock();
        }
    }

    private long released() {
        lock.lock();
        try {
            return released;
        } finally {
            lock.unlock();
        }
    }

    private int era() {
        lock.lock();
        try {
            return era;
        } finally {
            lock.unlock();
        }
    }

    private void release(long events) {
        lock.lock();
        try {
            released += events;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void reset() {
        lock.lock();
        try {
            released = 0;
            era++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
