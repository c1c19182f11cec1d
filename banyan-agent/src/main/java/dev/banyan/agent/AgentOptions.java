package dev.banyan.agent;

import dev.banyan.agent.network.OverlayChoice;
import dev.banyan.agent.network.wireguard.TunnelSettings;
import dev.banyan.api.config.Option;
import dev.banyan.api.config.Settings;
import dev.banyan.api.config.SettingsException;
import dev.banyan.api.kinds.settings.Privileges;
import java.time.Duration;
import java.util.List;

/** The agent's settings. */
final class AgentOptions {
    static final String DATA = "data";
    static final String NAME = "name";
    static final String ENGINE = "engine";
    static final String TOKEN_FILE = "token-file";
    static final String TAGS = "tags";
    static final String LABELS = "labels";
    static final String ADDRESS = "address";
    static final String RUN_DIRECTORY = "run-directory";
    static final String LOGS = "logs";
    static final String CAPACITY_CPU = "capacity-cpu";
    static final String CAPACITY_MEMORY = "capacity-memory";
    static final String MTU = "mtu";
    static final String IPV6 = "ipv6";
    static final String OVERLAY = "overlay";
    static final String OVERLAY_PORT = "overlay-port";
    static final String OVERLAY_KEEPALIVE = "overlay-keepalive";
    static final String PRIVILEGES = "privileges";
    static final String BINDS = "binds";
    static final String DEVICE_SPECS = "device-specs";
    static final String RESOLV_CONF = "resolv-conf";

    /** Of {@code join} alone. */
    static final List<Option> JOIN = List.of(
            new Option(NAME, "", "name of this agent in the cluster; the host's name unless told"),
            new Option(TOKEN_FILE, "", "file with the join token, - for standard input"),
            new Option(TAGS, "", "tags of this server, with commas between"),
            new Option(LABELS, "", "labels of this server, such as zone=eu-1,disk=ssd"));

    static final List<Option> SHARED = List.of(
            new Option(DATA, "/var/lib/banyan/agent", "directory of keys, images and state"),
            new Option(
                    ENGINE, "", "engines to dial, host:port with commas between; those named at the join unless told"),
            new Option(
                    ADDRESS,
                    "",
                    "address at which other agents reach this one; found by the way to the engine unless told"),
            new Option(RUN_DIRECTORY, "", "directory of sockets, a short path; one below /run/banyan unless told"),
            new Option(LOGS, "/var/log/banyan", "directory of the containers' output"),
            new Option(CAPACITY_CPU, "", "thousandths of a core to offer; all but 100 unless told"),
            new Option(CAPACITY_MEMORY, "", "bytes of memory to offer; all but 256 MiB unless told"),
            new Option(
                    PRIVILEGES,
                    "",
                    "what containers may be granted here, such as cap:NET_ADMIN or device:/dev/fuse; nothing unless told"),
            new Option(
                    BINDS,
                    "",
                    "paths of this server that containers may have, with commas between, each with :ro or :rw, such as"
                            + " /srv/media:rw,/etc/ssl/certs:ro; none unless told"),
            new Option(
                    RESOLV_CONF,
                    "/etc/resolv.conf",
                    "file with the name servers that are asked for names other than the cluster's"),
            new Option(
                    DEVICE_SPECS,
                    "/etc/cdi,/var/run/cdi",
                    "directories of descriptions (Container Device Interface) of the devices that this server offers"),
            new Option(
                    OVERLAY,
                    "wireguard",
                    "how containers of different servers reach each other: wireguard, or routes between servers of one link that"
                            + " is trusted; the same on all agents"),
            new Option(
                    OVERLAY_PORT,
                    Integer.toString(TunnelSettings.DEFAULT_PORT),
                    "UDP port that other agents' WireGuard finds this one's at"),
            new Option(
                    OVERLAY_KEEPALIVE,
                    "0",
                    "seconds between packets that keep a NAT before this server open, such as 25; 0 for none"),
            new Option(
                    IPV6,
                    "auto",
                    "whether containers may have IPv6 addresses: auto, where the kernel and the overlay can, or off"),
            new Option(
                    MTU,
                    "",
                    "largest packet of the containers' links; unless told what this server's own link leaves room for"));

    /** The least that a link must carry (RFC 8200, 5). */
    private static final int IPV6_MTU = 1_280;

    private AgentOptions() {}

    /**
     * Of the overlay.
     *
     * @param link largest packet of the link that leads to the other servers
     * @throws SettingsException naming what cannot be
     */
    static OverlayChoice overlay(Settings settings, int link) {
        var kind = settings.text(OVERLAY);
        return switch (kind) {
            case "routes" -> new OverlayChoice.Routes();
            case "wireguard" -> new OverlayChoice.Encrypted(tunnel(settings, link));
            default ->
                throw new SettingsException(List.of(OVERLAY + ": '" + kind + "' is neither wireguard nor routes"));
        };
    }

    private static TunnelSettings tunnel(Settings settings, int link) {
        try {
            return new TunnelSettings(
                    Integer.parseInt(settings.text(OVERLAY_PORT)),
                    Duration.ofSeconds(Integer.parseInt(settings.text(OVERLAY_KEEPALIVE))),
                    mtu(settings, link));
        } catch (IllegalArgumentException wrong) {
            throw new SettingsException(List.of(OVERLAY + ": " + wrong.getMessage()));
        }
    }

    /** Largest packet of a container's link: as large as passes to other servers whole. */
    static int mtu(Settings settings, int link) {
        var told = settings.text(MTU);
        if (!told.isEmpty()) {
            return Integer.parseInt(told);
        }
        return settings.text(OVERLAY).equals("routes") ? link : link - TunnelSettings.OVERHEAD;
    }

    /**
     * Whether containers may have IPv6 addresses, as far as the settings go.
     *
     * @param link largest packet of the link that leads to the other servers
     * @throws SettingsException naming what cannot be
     */
    static boolean ipv6(Settings settings, int link) {
        var wish = settings.text(IPV6);
        if (!wish.equals("auto") && !wish.equals("off")) {
            throw new SettingsException(List.of(IPV6 + ": '" + wish + "' is neither auto nor off"));
        }
        // With routes, peers are known by their IPv4 addresses alone.
        return wish.equals("auto") && settings.text(OVERLAY).equals("wireguard") && mtu(settings, link) >= IPV6_MTU;
    }

    /** @throws SettingsException naming every grant that is none */
    static void checkPrivileges(Settings settings) {
        var grants = settings.list(PRIVILEGES);
        var problems = grants.stream()
                .flatMap(grant -> Privileges.problem(grant).stream())
                .toList();
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        if (grants.size() > Privileges.GRANTS_MAX) {
            throw new SettingsException(List.of("at most " + Privileges.GRANTS_MAX + " privileges can be granted"));
        }
    }
}
