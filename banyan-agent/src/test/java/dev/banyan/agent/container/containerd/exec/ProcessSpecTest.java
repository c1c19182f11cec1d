package dev.banyan.agent.container.containerd.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.door.CommandSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessSpecTest {
    private static final String CONTAINER =
            "{\"ociVersion\":\"1\",\"process\":{\"user\":{\"uid\":7,\"gid\":8},\"args\":[\"web\"],\"env\":[\"PATH=/bin\",\"A=1\"],"
                    + "\"cwd\":\"/srv\",\"capabilities\":{\"bounding\":[\"CAP_KILL\"]},\"noNewPrivileges\":true},\"hostname\":\"x\"}";

    @Test
    void isTheContainersOwnWithAnotherProgram() {
        assertThat(ProcessSpec.of(CONTAINER, command(Optional.empty(), Optional.empty(), Optional.empty()), Map.of()))
                .isEqualTo(
                        "{\"user\":{\"uid\":7,\"gid\":8},\"args\":[\"ls\",\"-l\"],\"env\":[\"PATH=/bin\",\"A=1\"],\"cwd\":\"/srv\","
                                + "\"capabilities\":{\"bounding\":[\"CAP_KILL\"]},\"noNewPrivileges\":true,\"terminal\":false}");
    }

    @Test
    void hasWhatWasAskedForInThePlaceOfTheContainers() {
        var command = command(
                Optional.of("/tmp"),
                Optional.of(new CommandSpec.User(1000, 1001, List.of(50L))),
                Optional.of(new CommandSpec.Size(33, 99)));

        assertThat(ProcessSpec.of(CONTAINER, command, Map.of("A", "2", "B", "x=\"y\"")))
                .contains("\"cwd\":\"/tmp\"")
                .contains("\"user\":{\"uid\":1000,\"gid\":1001,\"additionalGids\":[50]}")
                .contains("\"terminal\":true", "\"consoleSize\":{\"height\":33,\"width\":99}")
                .contains("\"env\":[\"PATH=/bin\",\"A=2\",\"B=x\\u003d\\\"y\\\"\"]".replace("\\u003d", "="));
    }

    private static CommandSpec command(
            Optional<String> directory, Optional<CommandSpec.User> user, Optional<CommandSpec.Size> terminal) {
        return new CommandSpec(List.of("ls", "-l"), Map.of(), directory, user, terminal, false);
    }
}
