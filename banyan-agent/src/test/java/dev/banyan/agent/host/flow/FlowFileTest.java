package dev.banyan.agent.host.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.CommandRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlowFileTest {
    private static final String UDP =
            "ipv4     2 udp      17 12 src=192.0.2.9 dst=192.0.2.1 sport=40000 dport=5353 [UNREPLIED]"
                    + " src=192.0.2.1 dst=192.0.2.9 sport=5353 dport=40000 mark=0 zone=0 use=2";
    private static final String TCP = UDP.replace("udp      17", "tcp      6");
    private static final CommandLine ASKED = CommandLine.of("conntrack", "-L", "-p", "udp");

    private static final CommandRunner OTHERS = line -> new CommandResult(line, 0, "another way", "");

    private static String asked(Path file, CommandLine line) throws Exception {
        return new FlowFile(OTHERS, file).run(line).require();
    }

    @Test
    void tellsTheFlowsOfDatagrams(@TempDir Path folder) throws Exception {
        var file = folder.resolve("flows");
        Files.writeString(file, TCP + "\n" + UDP + "\n" + TCP + "\n");

        assertThat(asked(file, ASKED)).isEqualTo(UDP);

        Files.writeString(file, "");
        assertThat(asked(file, ASKED)).isEmpty();
    }

    @Test
    void asksTheProgramWhereThereIsNoFileOrALongOne(@TempDir Path folder) throws Exception {
        var file = folder.resolve("flows");
        assertThat(asked(file, ASKED)).isEqualTo("another way");

        Files.writeString(file, (UDP + "\n").repeat(10_000));
        assertThat(asked(file, ASKED)).isEqualTo("another way");
    }

    @Test
    void hasNothingToDoWithOtherCommands(@TempDir Path folder) throws Exception {
        var file = folder.resolve("flows");
        Files.writeString(file, UDP);

        assertThat(asked(file, CommandLine.of("conntrack", "-D", "-p", "udp"))).isEqualTo("another way");
        assertThat(asked(file, CommandLine.of("conntrack", "-L"))).isEqualTo("another way");
    }
}
