package dev.banyan.cli.command;

import dev.banyan.api.client.Joining;
import dev.banyan.api.identity.JoinToken;
import dev.banyan.api.kinds.Names;
import dev.banyan.cli.context.Context;
import dev.banyan.cli.context.ContextException;
import dev.banyan.cli.output.Document;
import dev.banyan.cli.output.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes this user an administrator of a cluster. */
@Command(
        name = "join",
        description = "Joins a cluster with a token, and makes it the one that is spoken to.",
        footer = {
            "",
            "Examples:",
            "  banyan-cli join --engine engine.example.org --token-file token",
            "  ssh engine banyan-engine token --role admin | banyan-cli join --engine engine --token-file -"
        })
final class JoinCommand implements Callable<Integer> {
    @Option(
            names = "--engine",
            paramLabel = "HOST[:PORT]",
            required = true,
            description = "An engine; may be repeated.")
    private List<String> engines = List.of();

    @Mixin
    private final JoinOptions options = new JoinOptions();

    private final Program program;

    JoinCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        return options.join(program, engines);
    }

    /** What joining needs besides an engine. */
    static final class JoinOptions {
        /** A token has some 140 characters. */
        private static final int TOKEN_BYTES_MAX = 4096;

        @Option(
                names = "--token-file",
                paramLabel = "FILE",
                required = true,
                description = "File that holds the token; - reads it from standard input. It is never taken as a word.")
        private String tokenFile = "-";

        @Option(names = "--name", description = "Your name in the cluster; the system's name of the user by default.")
        private Optional<String> name = Optional.empty();

        @Option(names = "--context", description = "Your name for the cluster; \"default\" by default.")
        private String context = "default";

        @Mixin
        private final FormatOption format = new FormatOption();

        int join(Program program, List<String> engines) {
            var newcomer = new Joining.Newcomer(token(program), userName(program), List.of());
            var joined = program.access().join(engines, newcomer);
            var endpoints = new LinkedHashSet<>(engines);
            joined.endpoints().forEach(endpoint -> endpoints.add(endpoint.toString()));
            var made = new Context(context, joined.clusterId(), List.copyOf(endpoints), "credentials/" + context);
            program.configuration().credentials(made).save(joined.credentials());
            program.configuration().add(made);
            var certificates = program.configuration().registryCertificates(made);
            if (format.forPrograms()) {
                program.console().data(format.text(document(made, newcomer.name(), certificates)));
            }
            program.console()
                    .say("joined cluster " + joined.clusterId() + " as " + newcomer.name() + "; context \"" + context
                            + "\" in " + program.configuration().file() + "\n"
                            + "push images to its registry with: skopeo copy --dest-cert-dir "
                            + certificates
                            + " SOURCE docker://ENGINE:7444/NAME:TAG\n");
            return ExitCode.OK.number();
        }

        private static Document document(Context made, String user, Path certificates) {
            var item = new LinkedHashMap<String, Object>();
            item.put("context", made.name());
            item.put("cluster", made.cluster());
            item.put("user", user);
            item.put("endpoints", made.endpoints());
            item.put("registry_certificates", certificates);
            return new Document("banyan.context/1", "context", item);
        }

        private JoinToken token(Program program) {
            try (var input = open(program)) {
                var text = new String(input.readNBytes(TOKEN_BYTES_MAX), StandardCharsets.UTF_8);
                return JoinToken.parse(text);
            } catch (NoSuchFileException missing) {
                throw new ContextException("There is no file " + tokenFile + ".\n", missing);
            } catch (IOException unreadable) {
                throw new ContextException("cannot read the token: " + unreadable + "\n", unreadable);
            } catch (IllegalArgumentException malformed) {
                throw new ContextException("The token is not one: " + malformed.getMessage() + ".\n"
                        + "Make one with: banyan-engine token --role admin\n");
            }
        }

        private InputStream open(Program program) throws IOException {
            return tokenFile.equals("-")
                    ? program.input()
                    : Files.newInputStream(program.directory().resolve(Path.of(tokenFile)));
        }

        private String userName(Program program) {
            var user = program.environment().getOrDefault("USER", "").toLowerCase(Locale.ROOT);
            var chosen = name.orElse(Names.isLabel(user) ? user : "admin");
            Names.problem(chosen).ifPresent(problem -> {
                throw new ContextException("--name " + problem + "\n");
            });
            Names.problem(context).ifPresent(problem -> {
                throw new ContextException("--context " + problem + "\n");
            });
            return chosen;
        }
    }
}
