package dev.banyan.agent.host;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Settings of a kernel, and what they were before. The former value goes to disk before a setting is
 * changed, so that even a killed agent can put it back later. For one caller at a time.
 */
public final class KernelSettings {
    private static final String FORWARD = "net/ipv4/ip_forward";

    /** What the kernel sets to 0 when a server becomes a router, and to 1 when it no longer is one, whatever it was before. */
    private static final String REDIRECTS = "net/ipv4/conf/all/accept_redirects";

    private final SettingsTree tree;
    private final CheckedFile memory;

    /** @param memory where former values are kept */
    public KernelSettings(SettingsTree tree, CheckedFile memory) {
        this.tree = tree;
        this.memory = memory;
    }

    /**
     * Makes each setting hold its value and leaves alone what holds it already.
     *
     * @param wanted names with slashes such as {@code net/ipv4/ip_forward}, to values without blanks
     * @return true when something was changed
     */
    public boolean ensure(Map<String, String> wanted) {
        var missing = new LinkedHashMap<String, String>();
        wanted.forEach((name, value) -> {
            if (!value(name).equals(value)) {
                missing.put(name, value);
            }
        });
        if (!missing.isEmpty()) {
            remember(missing);
            missing.forEach(tree::set);
        }
        return !missing.isEmpty();
    }

    /**
     * Puts back every changed setting that still holds what it was set to; one that somebody changed since is theirs, or gone.
     *
     * @param kept those that stay as they are
     */
    public void restore(Set<String> kept) {
        var restored = changes();
        restored.keySet().removeAll(kept);
        if (kept.contains(FORWARD)) {
            restored.remove(REDIRECTS);
        }
        // All are looked at before the first is put back, since one changes another.
        restored.entrySet()
                .removeIf(changed -> !tree.has(changed.getKey())
                        || !value(changed.getKey()).equals(changed.getValue().after()));
        restored.forEach((name, change) -> tree.set(name, change.before()));
        memory.delete();
    }

    /** The present value, without its line end. @throws HostException when there is no such setting */
    public String value(String name) {
        return tree.value(name);
    }

    private record Change(String before, String after) {}

    private void remember(Map<String, String> missing) {
        var changes = changes();
        missing.forEach((name, after) -> {
            var earlier = changes.get(name);
            changes.put(name, new Change(earlier == null ? value(name) : earlier.before(), after));
        });
        if (missing.containsKey(FORWARD) && tree.has(REDIRECTS)) {
            var earlier = changes.remove(REDIRECTS);
            // Last, so that it is put back after what changes it.
            changes.put(REDIRECTS, new Change(earlier == null ? value(REDIRECTS) : earlier.before(), "0"));
        }
        var text = new StringBuilder();
        changes.forEach((name, change) -> text.append(name + " " + change.before() + " " + change.after() + "\n"));
        memory.write(text.toString());
    }

    private Map<String, Change> changes() {
        var changes = new LinkedHashMap<String, Change>();
        if (memory.read() instanceof CheckedFile.Contents.Intact(var text)) {
            text.lines()
                    .map(line -> line.split(" "))
                    .forEach(line -> changes.put(line[0], new Change(line[1], line[2])));
        }
        return changes;
    }
}
