package dev.banyan.agent.container.oci;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ContainerSpec.Rlimit;
import dev.banyan.agent.container.Isolation.Shared;
import java.math.BigInteger;
import java.util.List;
import java.util.stream.Stream;

/** What CRI 1.6 has no words for, written into the OCI spec that it made. Pure. */
public final class SpecPatch {
    private static final String SHM = "/dev/shm";

    /** How the kernel writes that there is no limit. */
    private static final BigInteger UNLIMITED = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private final JsonObject root;
    private final ContainerSpec wanted;

    private SpecPatch(String spec, ContainerSpec wanted) {
        this.root = JsonParser.parseString(spec).getAsJsonObject();
        this.wanted = wanted;
    }

    /** Whether there is anything of it in {@code wanted}. */
    public static boolean needed(ContainerSpec wanted) {
        var tuning = wanted.tuning();
        return wanted.limits().pids() > 0
                || !wanted.limits().rlimits().isEmpty()
                || tuning.shares().oomScoreAdj() != 0
                || tuning.shares().shmBytes() > 0
                || tuning.shares().swapBytes() != 0
                || !tuning.powers().deviceRules().isEmpty()
                || tuning.powers().ownCgroupView()
                || tuning.isolation().shared().contains(Shared.UTS)
                || tuning.isolation().shared().contains(Shared.NETWORK)
                || tuning.isolation().shared().contains(Shared.CGROUP);
    }

    /** {@code spec} with what {@code wanted} asks for in it. */
    public static String apply(String spec, ContainerSpec wanted, HostLimits host) {
        var patch = new SpecPatch(spec, wanted);
        patch.limits(host);
        patch.shares(host);
        patch.devices();
        patch.namespaces();
        return patch.root.toString();
    }

    private void limits(HostLimits host) {
        var limits = wanted.limits();
        if (limits.pids() > 0) {
            var pids = new JsonObject();
            pids.addProperty("limit", limits.pids());
            child(child(root, "linux"), "resources").add("pids", pids);
        }
        if (!limits.rlimits().isEmpty()) {
            child(root, "process").add("rlimits", rlimits(limits.rlimits(), host));
        }
    }

    private static JsonArray rlimits(List<Rlimit> wishes, HostLimits host) {
        var list = new JsonArray();
        for (var wish : wishes) {
            if (!host.knows(wish)) {
                throw new ContainerException(
                        ContainerException.Kind.INVALID, "this server knows no limit named " + wish.name());
            }
            list.add(rlimit(host.clamp(wish)));
        }
        return list;
    }

    private static JsonObject rlimit(Rlimit limit) {
        var entry = new JsonObject();
        entry.addProperty("type", HostLimits.ociName(limit));
        entry.addProperty("soft", bound(limit.soft()));
        entry.addProperty("hard", bound(limit.hard()));
        return entry;
    }

    private static BigInteger bound(long limit) {
        return limit == Long.MAX_VALUE ? UNLIMITED : BigInteger.valueOf(limit);
    }

    private void shares(HostLimits host) {
        var shares = wanted.tuning().shares();
        if (shares.oomScoreAdj() != 0) {
            child(root, "process").addProperty("oomScoreAdj", host.clampOomScore(shares.oomScoreAdj()));
        }
        if (shares.swapBytes() != 0) {
            var memory = child(child(child(root, "linux"), "resources"), "memory");
            memory.addProperty("swap", shares.swapBytes());
        }
        if (shares.shmBytes() > 0) {
            var mounts = list(root, "mounts");
            remove(mounts, "destination", SHM);
            mounts.add(shm(shares.shmBytes()));
        }
    }

    private static JsonObject shm(long bytes) {
        var mount = new JsonObject();
        mount.addProperty("destination", SHM);
        mount.addProperty("type", "tmpfs");
        mount.addProperty("source", "shm");
        var options = new JsonArray();
        Stream.of("nosuid", "noexec", "nodev", "mode=1777", "size=" + bytes).forEach(options::add);
        mount.add("options", options);
        return mount;
    }

    /** Rules are read in order, so that these win over the one that denies everything. */
    private void devices() {
        for (var rule : wanted.tuning().powers().deviceRules()) {
            var words = rule.split("[ :]");
            var entry = new JsonObject();
            entry.addProperty("allow", true);
            entry.addProperty("type", words[0]);
            number(entry, "major", words[1]);
            number(entry, "minor", words[2]);
            entry.addProperty("access", words[3]);
            list(child(child(root, "linux"), "resources"), "devices").add(entry);
        }
    }

    /** Absent stands for any. */
    private static void number(JsonObject entry, String name, String text) {
        if (!text.equals("*")) {
            entry.addProperty(name, Long.parseLong(text));
        }
    }

    private void namespaces() {
        var shared = wanted.tuning().isolation().shared();
        if (shared.contains(Shared.UTS)) {
            remove(list(child(root, "linux"), "namespaces"), "type", "uts");
        } else if (shared.contains(Shared.NETWORK)) {
            // CRI shares the server's name along with its network; who is granted one is not granted the other.
            own("uts");
        }
        if (shared.contains(Shared.CGROUP)) {
            remove(list(child(root, "linux"), "namespaces"), "type", "cgroup");
        }
        if (wanted.tuning().powers().ownCgroupView()) {
            own("cgroup");
        }
    }

    private void own(String type) {
        var namespaces = list(child(root, "linux"), "namespaces");
        remove(namespaces, "type", type);
        var own = new JsonObject();
        own.addProperty("type", type);
        namespaces.add(own);
    }

    private static void remove(JsonArray entries, String key, String value) {
        var gone = entries.asList().stream()
                .filter(entry -> text(entry, key).equals(value))
                .toList();
        gone.forEach(entry -> {
            boolean ignored = entries.remove(entry);
        });
    }

    private static String text(JsonElement entry, String key) {
        var value = entry.getAsJsonObject().get(key);
        return value == null ? "" : value.getAsString();
    }

    private static JsonArray list(JsonObject parent, String name) {
        if (!parent.has(name)) {
            parent.add(name, new JsonArray());
        }
        return parent.getAsJsonArray(name);
    }

    private static JsonObject child(JsonObject parent, String name) {
        if (!parent.has(name)) {
            parent.add(name, new JsonObject());
        }
        return parent.getAsJsonObject(name);
    }
}
