package dev.banyan.agent.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Answers each line, and each datagram, with {@code <name> <address of the client as seen here>}. */
public final class EchoServer implements AutoCloseable {
    private final String name;
    private final ServerSocketChannel listener;
    private final DatagramChannel datagrams;

    private EchoServer(String name, ServerSocketChannel listener, DatagramChannel datagrams) {
        this.name = name;
        this.listener = listener;
        this.datagrams = datagrams;
    }

    static EchoServer start(Namespace where, String name, int port) throws Exception {
        return where.call(() -> {
            var listener =
                    ServerSocketChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress(port), 1_024);
            var datagrams = DatagramChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress(port));
            var echo = new EchoServer(name, listener, datagrams);
            Thread.ofVirtual().name(name + " accepts").start(echo::accept);
            Thread.ofVirtual().name(name + " receives").start(echo::receive);
            return echo;
        });
    }

    private void accept() {
        try {
            while (true) {
                var connection = listener.accept();
                Thread.ofVirtual().name(name + " answers").start(() -> answer(connection));
            }
        } catch (IOException closed) {
            // The end of the server.
        }
    }

    private void answer(SocketChannel connection) {
        try (connection) {
            var socket = connection.socket();
            var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            var answer = answer((InetSocketAddress) connection.getRemoteAddress());
            while (lines.readLine() != null) {
                socket.getOutputStream().write((answer + "\n").getBytes(UTF_8));
            }
        } catch (IOException reset) {
            // The client went away.
        }
    }

    private void receive() {
        var buffer = ByteBuffer.allocate(512);
        try {
            while (true) {
                var client = datagrams.receive(buffer.clear());
                datagrams.send(
                        ByteBuffer.wrap(answer((InetSocketAddress) client).getBytes(UTF_8)), client);
            }
        } catch (IOException closed) {
            // The end of the server.
        }
    }

    private String answer(InetSocketAddress client) {
        return name + " " + client.getAddress().getHostAddress();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        datagrams.close();
    }
}
