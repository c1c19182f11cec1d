package dev.banyan.agent.dns;

import dev.banyan.agent.host.Ipv4Address;
import java.util.List;
import org.xbill.DNS.Message;

/** What becomes of a packet that was received. */
sealed interface Handling {
    /** It is answered. {@code limit} is the size that the asker takes by UDP, in bytes. */
    record Reply(Message message, int limit) implements Handling {}

    /** A header alone is sent back: what it asks could not be read. */
    record Complaint(byte[] header) implements Handling {}

    /**
     * Others are asked.
     *
     * @param servers addresses that are asked; empty is those of this server
     */
    record Ask(Message query, Ipv4Address asker, List<String> servers, int limit) implements Handling {}

    /** It was no question. */
    record Silence() implements Handling {}
}
