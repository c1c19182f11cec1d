package dev.banyan.cli.image.login;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.banyan.api.registry.Login;
import dev.banyan.cli.context.ContextException;
import dev.banyan.cli.context.ProgramPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The helper as a program of this machine; what it prints is shown to nobody. */
public final class HelperProgram implements Helper {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final String NONE = "credentials not found";
    private static final String TOKEN = "<token>";
    private static final int ANSWER_MAX = 64 * 1024;

    /** A helper may ask a person for a password of its own. */
    private static final int SECONDS = 60;

    private final Map<String, String> environment;

    /** Programs are looked for where {@code PATH} says, and get the variables. */
    public HelperProgram(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public Optional<Login> login(String name, String server) throws InterruptedException {
        if (!NAME.matcher(name).matches()) {
            throw new ContextException("'" + name + "' is no name of a credential helper.\n");
        }
        var program = "docker-credential-" + name;
        var file = ProgramPath.find(program, environment)
                .orElseThrow(() -> new ContextException("The login for " + server + " is kept by " + program
                        + ", which is not there.\n"
                        + "Install it, or remove it from \"credsStore\" and \"credHelpers\" and log in again.\n"));
        try {
            var starting =
                    new ProcessBuilder(List.of(file.toString(), "get")).redirectError(ProcessBuilder.Redirect.DISCARD);
            starting.environment().clear();
            starting.environment().putAll(environment);
            var process = starting.start();
            tell(process, server);
            // What it says until then has room in the pipe; one that says more, or nothing, is not waited for without
            // end.
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new ContextException(program + " does not end.\n");
            }
            var answer = new String(process.getInputStream().readNBytes(ANSWER_MAX), StandardCharsets.UTF_8);
            return process.exitValue() == 0 ? Optional.of(read(program, answer)) : none(program, answer, process);
        } catch (IOException unusable) {
            throw new ContextException(program + " cannot be run: " + unusable + "\n", unusable);
        }
    }

    private static void tell(Process process, String server) {
        try (var input = process.getOutputStream()) {
            input.write(server.getBytes(StandardCharsets.UTF_8));
        } catch (IOException deaf) {
            // One that does not listen may answer all the same.
        }
    }

    private static Optional<Login> none(String program, String answer, Process process) {
        if (answer.contains(NONE)) {
            return Optional.empty();
        }
        throw new ContextException(program + " ended with status " + process.exitValue() + ".\n");
    }

    private static Login read(String program, String answer) {
        try {
            JsonObject json = JsonParser.parseString(answer).getAsJsonObject();
            if (!json.has("Username") || !json.has("Secret")) {
                throw new IllegalStateException("half a login");
            }
            var user = json.get("Username").getAsString();
            var secret = json.get("Secret").getAsString();
            return user.equals(TOKEN) ? new Login.IdentityToken(secret) : new Login.Password(user, secret);
        } catch (JsonParseException | IllegalStateException | UnsupportedOperationException malformed) {
            // Without the cause, which may quote the answer.
            throw new ContextException(program + " gives an answer that is no login.\n");
        }
    }
}
