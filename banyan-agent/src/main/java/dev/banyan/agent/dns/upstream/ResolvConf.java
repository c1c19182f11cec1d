package dev.banyan.agent.dns.upstream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a resolv.conf says. Pure.
 *
 * @param servers addresses as they are written
 * @param searches domains in lower case, without a dot at their ends
 */
public record ResolvConf(List<String> servers, List<String> searches) {
    /** Where systemd's resolver listens; it knows names that only this server has, and says in another file whom it asks itself. */
    static final String STUB = "127.0.0.53";

    public ResolvConf {
        servers = List.copyOf(servers);
        searches = List.copyOf(searches);
    }

    /** Nobody. */
    static final ResolvConf NONE = new ResolvConf(List.of(), List.of());

    static ResolvConf parse(String text) {
        var servers = new ArrayList<String>();
        var searches = new ArrayList<String>();
        for (var line : text.lines().toList()) {
            var words = Arrays.asList(line.strip().split("\\s+"));
            if (words.size() > 1 && words.getFirst().equals("nameserver")) {
                servers.add(words.get(1));
            }
            if (words.getFirst().equals("search") || words.getFirst().equals("domain")) {
                // The last line of the two kinds holds.
                searches.clear();
                words.stream()
                        .skip(1)
                        .map(ResolvConf::domain)
                        .filter(name -> !name.isEmpty())
                        .forEach(searches::add);
            }
        }
        return new ResolvConf(servers.stream().distinct().toList(), searches);
    }

    private static String domain(String word) {
        var lower = word.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    boolean isStub() {
        return servers.equals(List.of(STUB));
    }
}
