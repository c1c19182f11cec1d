package dev.banyan.e2e;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * A name server of somebody else's ({@code serve ADDRESS}), which knows one name, and a program that asks one ({@code ask SERVER
 * udp:NAME:TYPE ...}) and prints a line for each answer. Run in namespaces.
 */
final class NamesProgram {
    static final String KNOWN = "outside.example.";
    private static final int PORT = 53;
    private static final int PATIENCE = 10_000;

    private NamesProgram() {}

    public static void main(String[] words) throws IOException {
        if (words[0].equals("serve")) {
            serve(InetAddress.getByName(words[1]));
        }
        for (var question : Arrays.asList(words).subList(2, words.length)) {
            System.out.println(question + " " + ask(InetAddress.getByName(words[1]), question.split(":")));
        }
    }

    private static void serve(InetAddress address) throws IOException {
        try (var socket = new DatagramSocket(PORT, address)) {
            System.out.println("serving");
            var packet = new DatagramPacket(new byte[4096], 4096);
            while (true) {
                socket.receive(packet);
                var wire = answer(new Message(Arrays.copyOf(packet.getData(), packet.getLength())))
                        .toWire();
                socket.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
            }
        }
    }

    private static Message answer(Message query) {
        var answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.RA);
        var question = query.getQuestion();
        answer.addRecord(question, Section.QUESTION);
        if (!question.getName().toString().equalsIgnoreCase(KNOWN)) {
            answer.getHeader().setRcode(Rcode.NXDOMAIN);
        } else if (question.getType() == Type.A) {
            var address = new byte[] {(byte) 192, 0, 2, 77};
            answer.addRecord(new ARecord(question.getName(), DClass.IN, 60, address), Section.ANSWER);
        }
        return answer;
    }

    private static String ask(InetAddress server, String[] question) throws IOException {
        var query = Message.newQuery(
                Record.newRecord(Name.fromString(question[1], Name.root), Type.value(question[2]), DClass.IN));
        var said = question[0].equals("tcp") ? byTcp(server, query) : byUdp(server, query);
        return Rcode.string(said.getHeader().getRcode()) + " "
                + said.getSection(Section.ANSWER).stream()
                        .map(record -> record.getTTL() + " " + record.rdataToString())
                        .sorted()
                        .collect(Collectors.joining(" "));
    }

    private static Message byUdp(InetAddress server, Message query) throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.connect(server, PORT);
            socket.setSoTimeout(PATIENCE);
            var wire = query.toWire();
            var packet = new DatagramPacket(new byte[4096], 4096);
            for (int tries = 1; ; tries++) {
                try {
                    socket.send(new DatagramPacket(wire, wire.length));
                    socket.receive(packet);
                    return new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
                } catch (SocketTimeoutException lost) {
                    if (tries == 3) {
                        throw lost;
                    }
                }
            }
        }
    }

    private static Message byTcp(InetAddress server, Message query) throws IOException {
        try (var socket = new Socket(server, PORT)) {
            socket.setSoTimeout(PATIENCE);
            var wire = query.toWire();
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(2 + wire.length)
                            .putShort((short) wire.length)
                            .put(wire)
                            .array());
            var in = new DataInputStream(socket.getInputStream());
            return new Message(in.readNBytes(in.readUnsignedShort()));
        }
    }
}
