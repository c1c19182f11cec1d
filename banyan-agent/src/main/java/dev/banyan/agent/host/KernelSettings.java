package dev.banyan.agent.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Kernel settings of the calling thread's network namespace, and what they were before. The former value goes to disk before a setting is
 * changed, so that even a killed agent can put it back later. For one caller at a time.
 */
public final class KernelSettings {
    private static final Path ROOT = Path.of("/proc/sys");

    private final CheckedFile memory;

    /** @param memory where former values are kept */
    public KernelSettings(CheckedFile memory) {
        this.memory = memory;
    }

    /**
     * Makes each setting hold its value and leaves alone what holds it already.
     *
     * @param wanted names with slashes such as {@code net/ipv4/ip_forward}, to values
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
            missing.forEach(KernelSettings::set);
        }
        return !missing.isEmpty();
    }

    /** Puts back every changed setting that still holds {@code wanted}'s value; one that somebody changed since is theirs. */
    public void restore(Map<String, String> wanted) {
        former().forEach((name, before) -> {
            if (value(name).equals(wanted.get(name))) {
                set(name, before);
            }
        });
        memory.delete();
    }

    /** The present value, without its line end. @throws HostException when there is no such setting */
    public static String value(String name) {
        try {
            return Files.readString(ROOT.resolve(name)).strip();
        } catch (IOException e) {
            throw new HostException("could not read kernel setting " + name, e);
        }
    }

    private void remember(Map<String, String> missing) {
        var kept = former();
        missing.keySet().forEach(name -> kept.putIfAbsent(name, value(name)));
        var text = new StringBuilder();
        kept.forEach(
                (name, before) -> text.append(name).append(' ').append(before).append('\n'));
        memory.write(text.toString());
    }

    private Map<String, String> former() {
        var kept = new LinkedHashMap<String, String>();
        if (memory.read() instanceof CheckedFile.Contents.Intact intact) {
            intact.text().lines().forEach(line -> {
                int space = line.indexOf(' ');
                kept.put(line.substring(0, space), line.substring(space + 1));
            });
        }
        return kept;
    }

    private static void set(String name, String value) {
        try {
            Files.writeString(ROOT.resolve(name), value);
        } catch (IOException e) {
            throw new HostException("could not set kernel setting " + name + " to " + value, e);
        }
    }
}
