package dev.banyan.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class ScriptsTest {
    @Test
    void allPassShellcheck() throws Exception {
        var words = new ArrayList<>(List.of("shellcheck"));
        try (var files = Files.walk(BuildTree.root().resolve("bin"))) {
            files.filter(ScriptsTest::isShellScript).map(Path::toString).forEach(words::add);
        }
        words.add(BuildTree.root().resolve(".ci/run").toString());

        var checked = Command.of(words.toArray(String[]::new)).run();

        assertThat(words).hasSizeGreaterThan(8);
        assertThat(checked.status()).as(checked.toString()).isZero();
    }

    @Test
    void packagesThatAreThereNeedNoRoot() {
        var checked = asNobody("install-packages", "verify");

        assertThat(checked.status()).as(checked.toString()).isZero();
        assertThat(checked.out()).isEqualTo("all packages for verify are installed\n");
    }

    @Test
    void anUnknownSetOfPackagesIsRefusedByName() {
        var refused = asNobody("install-packages", "everything");

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("unknown set 'everything'");
    }

    @Test
    void serversAreNotMadeWithoutRoot() {
        var refused = asNobody("servers", "create", "nope", "1", "/var/lib/nope", "one=10.99.0.10");

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).isEqualTo("servers: network namespaces need root\n");
    }

    @Test
    void aStateDirectoryThatIsTooWideIsRefused() {
        var refused = Command.of(BuildTree.script("servers"), "create", "wide", "1", "/var", "one=10.99.0.10")
                .run();

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("must be an absolute path below another");
        assertThat(Path.of("/run/netns/wide-wire")).doesNotExist();
    }

    private static Output asNobody(String script, String... arguments) {
        return Command.of(arguments)
                .behind("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "bash", BuildTree.script(script))
                .run();
    }

    private static boolean isShellScript(Path file) {
        try {
            return Files.isRegularFile(file)
                    && (file.toString().endsWith(".sh")
                            || Files.readString(file).startsWith("#!/usr/bin/env bash"));
        } catch (IOException unreadable) {
            return false;
        }
    }
}
