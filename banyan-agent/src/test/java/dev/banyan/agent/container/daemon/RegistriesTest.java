package dev.banyan.agent.container.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistriesTest {
    private static final Registries.Credentials CREDENTIALS =
            new Registries.Credentials(Path.of("/ca"), Path.of("/crt"), Path.of("/key"));
    private static final URI FIRST = URI.create("https://10.99.0.10:7444");
    private static final URI SECOND = URI.create("https://10.99.0.20:7444");

    @Test
    void triesTheAddressesInOrderAndEndsWithTheLast() {
        assertThat(Registries.toml(List.of(FIRST, SECOND), CREDENTIALS))
                .isEqualTo(
                        """
                server = "https://10.99.0.20:7444"
                capabilities = ["pull", "resolve"]
                ca = "/ca"
                client = [["/crt", "/key"]]

                [host."https://10.99.0.10:7444"]
                  capabilities = ["pull", "resolve"]
                  ca = "/ca"
                  client = [["/crt", "/key"]]

                [host."https://10.99.0.20:7444"]
                  capabilities = ["pull", "resolve"]
                  ca = "/ca"
                  client = [["/crt", "/key"]]
                """);
    }

    @Test
    void refusesToSayThatThereIsNoRegistry() {
        assertThatIllegalArgumentException().isThrownBy(() -> Registries.toml(List.of(), CREDENTIALS));
    }

    @Test
    void writesOnlyWhatChanged(@TempDir Path data) {
        var directory = new DaemonDirectory(data, Path.of("/run/x"));
        var registries = new Registries(directory);

        assertThat(registries.write(List.of(FIRST), CREDENTIALS)).isTrue();
        assertThat(registries.write(List.of(FIRST), CREDENTIALS)).isFalse();
        assertThat(registries.write(List.of(SECOND), CREDENTIALS)).isTrue();
        assertThat(data.resolve("certs.d/registry.banyan/hosts.toml"))
                .content()
                .contains(SECOND.toString())
                .doesNotContain(FIRST.toString());
    }
}
