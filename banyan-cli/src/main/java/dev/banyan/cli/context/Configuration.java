package dev.banyan.cli.context;

import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.source.SourceText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;

/** The user's configuration on disk. */
public final class Configuration {
    private final Path file;
    private final Optional<String> wanted;

    private Configuration(Path file, Optional<String> wanted) {
        this.file = file;
        this.wanted = wanted;
    }

    /**
     * At {@code BANYAN_CONFIG}, or {@code banyan/config.yaml} under {@code XDG_CONFIG_HOME} or {@code ~/.config}. {@code BANYAN_CONTEXT}
     * names the context to be used instead of the current one.
     */
    public static Configuration of(Map<String, String> environment) {
        var asked = set(environment, "BANYAN_CONFIG").map(Path::of);
        var home = set(environment, "XDG_CONFIG_HOME")
                .map(Path::of)
                .orElseGet(() -> Path.of(set(environment, "HOME").orElse("."), ".config"));
        return new Configuration(
                asked.orElse(home.resolve("banyan").resolve("config.yaml")), set(environment, "BANYAN_CONTEXT"));
    }

    private static Optional<String> set(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    public Path file() {
        return file;
    }

    /** All contexts; none when there is no file. Throws {@link ContextException} when it cannot be read. */
    public Contexts contexts() {
        try {
            return Contexts.parse(new SourceText(file.toString(), Files.readString(file)));
        } catch (NoSuchFileException missing) {
            return Contexts.NONE;
        } catch (IOException failed) {
            throw new ContextException("cannot read " + file + ": " + failed + "\n", failed);
        }
    }

    /** The context in use. Throws {@link ContextException} saying how to get one when there is none. */
    public Context context() {
        var contexts = contexts();
        var name = wanted.or(contexts::current);
        if (name.isEmpty()) {
            throw new ContextException("This user has joined no cluster yet: there is no context in " + file + ".\n"
                    + "Join one with: banyan-cli join --engine HOST:7443 --token-file FILE\n");
        }
        return contexts.named(name.get()).orElseThrow(() -> new ContextException(unknown(name.get(), contexts)));
    }

    private String unknown(String name, Contexts contexts) {
        return "There is no context \"" + name + "\" in " + file + "; there are: "
                + String.join(", ", contexts.all().stream().map(Context::name).toList()) + "\n";
    }

    /** Where the credentials of a context lie. */
    public CredentialsDirectory credentials(Context context) {
        return new CredentialsDirectory(directory().resolve(context.credentials()));
    }

    /** Adds the context, replaces the one of its name, and makes it current. */
    public void add(Context context) {
        try {
            var attributes = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
            Files.createDirectories(directory(), attributes);
            CredentialsDirectory.replace(file, contexts().with(context).print());
        } catch (IOException failed) {
            throw new ContextException("cannot write " + file + ": " + failed + "\n", failed);
        }
    }

    /**
     * Makes and returns a directory with this context's credentials under the names by which skopeo, podman and buildah look for them.
     * They are links: a renewed certificate is used at once.
     */
    public Path registryCertificates(Context context) {
        var directory = credentials(context).key().resolveSibling("registry");
        try {
            Files.createDirectories(directory);
            link(directory.resolve("ca.crt"), credentials(context).authority());
            link(directory.resolve("client.cert"), credentials(context).certificate());
            link(directory.resolve("client.key"), credentials(context).key());
            return directory;
        } catch (IOException failed) {
            throw new ContextException("cannot prepare " + directory + ": " + failed + "\n", failed);
        }
    }

    private static void link(Path name, Path file) throws IOException {
        Files.deleteIfExists(name);
        Files.createSymbolicLink(name, Path.of("..").resolve(file.getFileName()));
    }

    private Path directory() {
        return file.toAbsolutePath().normalize().resolveSibling(".").normalize();
    }
}
