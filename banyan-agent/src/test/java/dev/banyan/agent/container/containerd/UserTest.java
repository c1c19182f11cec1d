package dev.banyan.agent.container.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.containerd.SecurityConfigs.User;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserTest {
    @Test
    void readsNamesAndNumbers() {
        assertThat(User.parse("1000"))
                .isEqualTo(new User(Optional.of(1000L), Optional.empty(), Optional.empty(), Optional.empty()));
        assertThat(User.parse("0:33"))
                .isEqualTo(new User(Optional.of(0L), Optional.empty(), Optional.of(33L), Optional.empty()));
        assertThat(User.parse("www-data"))
                .isEqualTo(new User(Optional.empty(), Optional.of("www-data"), Optional.empty(), Optional.empty()));
        assertThat(User.parse("app:33"))
                .isEqualTo(new User(Optional.empty(), Optional.of("app"), Optional.of(33L), Optional.empty()));
        assertThat(User.parse("7:staff"))
                .isEqualTo(new User(Optional.of(7L), Optional.empty(), Optional.empty(), Optional.of("staff")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":1", "app:", "a b", "1:2:3"})
    void refusesWhatTheInterfaceCannotSay(String text) {
        assertThatThrownBy(() -> User.parse(text))
                .isInstanceOfSatisfying(ContainerException.class, refusal -> assertThat(refusal.kind())
                        .isEqualTo(ContainerException.Kind.INVALID));
    }
}
