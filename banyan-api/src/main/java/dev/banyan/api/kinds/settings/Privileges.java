package dev.banyan.api.kinds.settings;

import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.Powers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What goes beyond an ordinary container, as words such as {@code cap:NET_ADMIN}; an agent lists those that it grants. {@code *} at the
 * end of a grant stands for anything, and {@code privileged} grants everything.
 */
public final class Privileges {
    /** Most grants of an agent: a list that people keep. */
    public static final int GRANTS_MAX = 100;

    private static final String ALL = "privileged";

    private static final String UNFILTERED = "seccomp:unconfined";

    /** By a filter of the service's own, which may let more pass than the usual one. */
    private static final String FILTERED = "seccomp:profile";

    private static final Set<String> PLAIN = Set.of(
            ALL,
            "host:ipc",
            "host:pid",
            "host:uts",
            "host:cgroup",
            "host:network",
            UNFILTERED,
            FILTERED,
            "apparmor:unconfined",
            "oom-score");

    private static final Pattern DEVICE = Pattern.compile("device:/dev/[A-Za-z0-9_./-]{0,200}\\*?");
    private static final Pattern RULE =
            Pattern.compile("device-rule:(\\*|[abc] ([0-9]+|\\*):([0-9]+|\\*) ([rwm]{1,3}|\\*))");

    private Privileges() {}

    /** What the agent that runs such a container must grant; sorted, none for an ordinary one. */
    public static List<String> needed(ContainerSettings settings) {
        var powers = settings.getPowers();
        var needed = new ArrayList<String>();
        if (powers.getPrivileged()) {
            needed.add(ALL);
        }
        powers.getAddList().stream()
                .filter(name -> !Capabilities.usual(name))
                .forEach(name -> needed.add("cap:" + name));
        powers.getDevicesList().forEach(device -> needed.add("device:" + device.getSource()));
        powers.getDeviceRulesList().forEach(rule -> needed.add("device-rule:" + rule));
        powers.getHostNamespacesList()
                .forEach(shared -> needed.add("host:" + shared.name().toLowerCase(Locale.ROOT)));
        unconfined(powers, needed);
        if (settings.getOomScoreAdj() < 0) {
            needed.add("oom-score");
        }
        return needed.stream().distinct().sorted().toList();
    }

    private static void unconfined(Powers powers, List<String> needed) {
        if (powers.getSeccompUnconfined()) {
            needed.add(UNFILTERED);
        }
        if (powers.hasSeccomp()) {
            needed.add(FILTERED);
        }
        if (powers.getApparmorUnconfined()) {
            needed.add("apparmor:unconfined");
        }
        if (!powers.getApparmorProfile().isEmpty()) {
            needed.add("apparmor:" + powers.getApparmorProfile());
        }
    }

    /** Those that such a container needs and {@code grants} do not have; sorted. */
    public static List<String> missing(List<String> grants, ContainerSettings settings) {
        return needed(settings).stream()
                .filter(privilege -> grants.stream().noneMatch(grant -> covers(grant, privilege)))
                .toList();
    }

    private static boolean covers(String grant, String privilege) {
        if (grant.equals(ALL) || grant.equals(privilege)) {
            return true;
        }
        // Whoever may do without a filter may also bring one.
        if (grant.equals(UNFILTERED) && privilege.equals(FILTERED)) {
            return true;
        }
        // A path that climbs would leave what the grant speaks of.
        return grant.endsWith("*")
                && privilege.startsWith(grant.substring(0, grant.length() - 1))
                && !privilege.contains("..");
    }

    /** Why {@code grant} can be no grant; empty when it is one. */
    public static Optional<String> problem(String grant) {
        boolean capability = grant.equals("cap:*")
                || grant.startsWith("cap:") && Capabilities.known(grant.substring("cap:".length()));
        boolean profile = grant.startsWith("apparmor:")
                && SettingsRules.PROFILE
                        .matcher(grant.substring("apparmor:".length()))
                        .matches();
        boolean known = PLAIN.contains(grant)
                || profile
                || capability
                || !grant.contains("..") && DEVICE.matcher(grant).matches()
                || RULE.matcher(grant).matches();
        return known
                ? Optional.empty()
                : Optional.of(
                        "'" + grant + "' is no privilege; write such as privileged, cap:NET_ADMIN, "
                                + "device:/dev/fuse, device-rule:c 10:* rwm, host:pid, seccomp:profile, seccomp:unconfined or oom-score");
    }
}
