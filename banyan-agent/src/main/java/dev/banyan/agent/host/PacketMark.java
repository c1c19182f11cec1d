package dev.banyan.agent.host;

/** How packets of the cluster are told from others where other programs decide about them. */
public final class PacketMark {
    /** One bit of the packet mark, away from those that Kubernetes (14, 15) and Tailscale (16-23) use. */
    public static final String CLUSTER = "0x02000000";

    private PacketMark() {}
}
