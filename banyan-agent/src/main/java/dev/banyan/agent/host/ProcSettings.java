package dev.banyan.agent.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The settings of the calling thread's network namespace. */
public final class ProcSettings implements SettingsTree {
    private static final Path ROOT = Path.of("/proc/sys");

    @Override
    public boolean has(String name) {
        return Files.exists(ROOT.resolve(name));
    }

    @Override
    public String value(String name) {
        try {
            return Files.readString(ROOT.resolve(name)).strip();
        } catch (IOException e) {
            throw new HostException("could not read kernel setting " + name, e);
        }
    }

    @Override
    public void set(String name, String value) {
        try {
            Files.writeString(ROOT.resolve(name), value);
        } catch (IOException e) {
            throw new HostException("could not set kernel setting " + name + " to " + value, e);
        }
    }
}
