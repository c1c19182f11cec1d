package dev.banyan.agent.proxy;

/**
 * A published port that is not served here because another program of this server has it.
 *
 * @param holder such as {@code sshd (pid 612)}; "an unknown socket" when the server does not tell
 */
public record PortTaken(Protocol protocol, int port, String holder) {
    /** One sentence for the operator. */
    public String describe() {
        return "port " + port + "/" + protocol.word() + " is taken by " + holder;
    }
}
