package dev.banyan.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.CheckedFile;
import dev.banyan.api.v1.RegisterResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MembershipTest {
    private static final Membership MEMBER = new Membership("uid-1", "10.192.3.0/24", "192.0.2.1:7444");

    @TempDir
    private Path directory = Path.of("");

    @Test
    void isWhatTheClusterSaidAndIsKnownAgainAfterARestart() {
        var said = RegisterResponse.newBuilder()
                .setAgentUid("uid-1")
                .setSubnet("10.192.3.0/24")
                .setRegistry("192.0.2.1:7444")
                .setEpoch(9)
                .build();

        Membership.of(said).keep(file());

        assertThat(Membership.kept(file())).contains(MEMBER);
    }

    @Test
    void isUnknownBeforeTheFirstRegistration() {
        assertThat(Membership.kept(file())).isEmpty();
    }

    @Test
    void aDamagedOneIsNotBelieved() throws IOException {
        MEMBER.keep(file());
        var path = directory.resolve("membership");
        Files.writeString(path, Files.readString(path).replace("10.192.3.0", "10.192.4.0"));

        assertThat(Membership.kept(file())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "uid-1\n", "uid-1\n10.192.3.0/24\n", "uid-1\n10.192.3.0/24\nregistry\nmore\n"})
    void oneOfAnotherFormIsNotBelieved(String text) {
        file().write(text);

        assertThat(Membership.kept(file())).isEmpty();
    }

    private CheckedFile file() {
        return new CheckedFile(directory.resolve("membership"));
    }
}
