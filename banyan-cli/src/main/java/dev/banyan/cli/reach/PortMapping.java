package dev.banyan.cli.reach;

/**
 * A port of this computer that stands for one of a container.
 *
 * @param address on which this computer listens
 * @param local 0 for one that is free
 */
record PortMapping(String address, int local, int remote) {
    private static final int PORT_MAX = 65_535;

    /**
     * Reads {@code [ADDRESS:]LOCAL:REMOTE}, {@code :REMOTE} for a free port, or {@code PORT} for the same at both ends.
     *
     * @throws IllegalArgumentException when it is something else
     */
    static PortMapping parse(String text) {
        int last = text.lastIndexOf(':');
        var remote = text.substring(last + 1);
        if (last < 0) {
            return new PortMapping("127.0.0.1", port(remote, text, 1), port(remote, text, 1));
        }
        var rest = text.substring(0, last);
        int before = rest.lastIndexOf(':');
        var local = rest.substring(before + 1);
        var address = before < 0 ? "127.0.0.1" : rest.substring(0, before);
        if (address.startsWith("[") && address.endsWith("]")) {
            address = address.substring(1, address.length() - 1);
        } else if (address.contains(":")) {
            throw malformed(text);
        }
        return new PortMapping(
                address.isEmpty() ? "127.0.0.1" : address,
                local.isEmpty() ? 0 : port(local, text, 0),
                port(remote, text, 1));
    }

    private static int port(String digits, String text, int least) {
        if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) > PORT_MAX || Integer.parseInt(digits) < least) {
            throw malformed(text);
        }
        return Integer.parseInt(digits);
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException("\"" + text + "\" is no [ADDRESS:]LOCAL:REMOTE, such as 8080:80");
    }
}
