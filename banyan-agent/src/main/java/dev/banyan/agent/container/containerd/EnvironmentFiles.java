package dev.banyan.agent.container.containerd;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonParser;
import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerException.Kind;
import dev.banyan.agent.container.containerd.exec.Way;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Environments of containers where containerd does not see them: a directory for each container, in memory, from which the program takes
 * them that containerd runs as runc. Thread-safe for different containers.
 */
public final class EnvironmentFiles implements Way.Environments {
    private static final String FILE = "environment";

    private final Path directory;

    /** @param directory that exists, in memory, and that root alone may enter */
    public EnvironmentFiles(Path directory) {
        this.directory = directory;
    }

    /** The whole environment of a container: what containerd made of the image's in {@code spec}, and {@code variables} over it. */
    static String merged(String spec, Map<String, String> variables) {
        var process = JsonParser.parseString(spec).getAsJsonObject().getAsJsonObject("process");
        return over(process.has("env") ? process.getAsJsonArray("env").toString() : "[]", variables);
    }

    /** {@code environment}, as it is in a file, with {@code variables} over it. */
    private static String over(String environment, Map<String, String> variables) {
        var all = new LinkedHashMap<String, String>();
        JsonParser.parseString(environment).getAsJsonArray().forEach(entry -> {
            var text = entry.getAsString();
            int equals = text.indexOf('=');
            all.put(equals < 0 ? text : text.substring(0, equals), text);
        });
        new TreeMap<>(variables).forEach((name, value) -> all.put(name, name + "=" + value));
        return new GsonBuilder().disableHtmlEscaping().create().toJson(List.copyOf(all.values()));
    }

    /** A path beside the containers' directories, for whoever needs one for a moment. */
    Path scratch() {
        return directory.resolveSibling("look");
    }

    void write(String containerId, String environment) {
        write(containerId, FILE, environment);
    }

    private void write(String containerId, String file, String environment) {
        var home = directory.resolve(containerId);
        try {
            Files.createDirectories(
                    home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            var draft = home.resolve(file + ".new");
            Files.deleteIfExists(draft);
            Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(draft, environment);
            Files.move(draft, home.resolve(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new ContainerException(
                    Kind.FAILED, "could not keep the environment of container " + containerId + " in memory", failed);
        }
    }

    @Override
    public boolean keep(String containerId, String command, Map<String, String> more) {
        try {
            var own = Files.readString(directory.resolve(containerId).resolve(FILE));
            write(containerId, FILE + "." + command, over(own, more));
            return true;
        } catch (NoSuchFileException none) {
            return false;
        } catch (IOException failed) {
            throw new ContainerException(
                    Kind.FAILED, "could not read the environment of container " + containerId, failed);
        }
    }

    @Override
    public void forget(String containerId, String command) {
        try {
            Files.deleteIfExists(directory.resolve(containerId).resolve(FILE + "." + command));
        } catch (IOException failed) {
            throw new ContainerException(
                    Kind.FAILED, "could not remove the environment of a command in container " + containerId, failed);
        }
    }

    /** Nothing happens when there is none. */
    void remove(String containerId) {
        var home = directory.resolve(containerId);
        try (var files = Files.list(home)) {
            for (var file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(home);
        } catch (NoSuchFileException gone) {
            // As wanted.
        } catch (IOException failed) {
            throw new ContainerException(
                    Kind.FAILED, "could not remove the environment of container " + containerId, failed);
        }
    }

    /** The containers that have one. */
    Set<String> ids() {
        try (var homes = Files.list(directory)) {
            return homes.map(home -> home.getFileName().toString()).collect(Collectors.toSet());
        } catch (IOException failed) {
            throw new ContainerException(Kind.FAILED, "could not look into " + directory, failed);
        }
    }
}
