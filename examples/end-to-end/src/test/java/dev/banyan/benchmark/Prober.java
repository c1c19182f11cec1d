package dev.banyan.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests a page until it is answered, again and again, in a process that was started where a client would be. Each line of input is an
 * address and a port; each line of output the time of the first answer, in nanoseconds of the machine's monotonic clock.
 */
final class Prober {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int CONNECT_MILLIS = 100;
    private static final int ANSWER_MILLIS = 500;

    private Prober() {}

    public static void main(String[] arguments) throws IOException {
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = input.readLine(); line != null; line = input.readLine()) {
            var words = line.split(" ");
            var target = new InetSocketAddress(words[0], Integer.parseInt(words[1]));
            while (!answers(target)) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            System.out.println(System.nanoTime());
        }
    }

    private static boolean answers(InetSocketAddress target) {
        try (var socket = new Socket()) {
            socket.connect(target, CONNECT_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream().write("GET /healthz HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            var status = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            return status.endsWith(" 200");
        } catch (IOException notYet) {
            return false;
        }
    }
}
