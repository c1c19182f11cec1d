package dev.banyan.api.compose.project;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeccompFilesTest {
    @Test
    void theTreeHasTheFilterInPlaceOfItsFile() {
        var loaded = Projects.web("security_opt: [\"no-new-privileges:true\", \"seccomp:./strict.json\"]")
                .file(
                        "strict.json",
                        """
                        {
                        \t"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "defaultErrno": "ENOSYS",
                        \t"archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]}],
                        \t"syscalls": [
                        \t\t{"names": ["read", "write"], "action": "SCMP_ACT_ALLOW", "args": [], "comment": "of course",
                        \t\t "includes": {}, "excludes": {}},
                        \t\t{"name": "clone", "action": "SCMP_ACT_ALLOW", "errnoRet": 1,
                        \t\t "args": [{"index": 0, "value": 2114060288, "valueTwo": 18446744073709551615,
                        \t\t           "op": "SCMP_CMP_MASKED_EQ"}],
                        \t\t "includes": {"arches": ["amd64"], "caps": ["CAP_SYS_ADMIN"], "minKernel": "4.8"},
                        \t\t "excludes": {"caps": ["CAP_SYS_PTRACE"]}}
                        \t]
                        }
                        """)
                .load();

        assertThat(loaded.reasons()).isEmpty();
        assertThat(loaded.service("web").texts("security_opt"))
                .containsExactly(
                        "no-new-privileges:true",
                        "seccomp={\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":38,"
                                + "\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\",\"subArchitectures\":[\"SCMP_ARCH_X86\"]}],"
                                + "\"syscalls\":[{\"names\":[\"read\",\"write\"],\"action\":\"SCMP_ACT_ALLOW\"},"
                                + "{\"names\":[\"clone\"],\"action\":\"SCMP_ACT_ALLOW\",\"errnoRet\":1,"
                                + "\"args\":[{\"index\":0,\"value\":2114060288,\"valueTwo\":18446744073709551615,"
                                + "\"op\":\"SCMP_CMP_MASKED_EQ\"}],"
                                + "\"includes\":{\"arches\":[\"amd64\"],\"caps\":[\"CAP_SYS_ADMIN\"],\"minKernel\":\"4.8\"},"
                                + "\"excludes\":{\"caps\":[\"CAP_SYS_PTRACE\"]}}]}");
    }

    @Test
    void aFilterThatIsWrittenOutStaysAsItIs() {
        var whole = "seccomp={\\\"defaultAction\\\": \\\"SCMP_ACT_ALLOW\\\"}";

        assertThat(Projects.web("security_opt: [\"" + whole + "\", seccomp=unconfined]")
                        .load()
                        .service("web")
                        .texts("security_opt"))
                .containsExactly("seccomp={\"defaultAction\": \"SCMP_ACT_ALLOW\"}", "seccomp=unconfined");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"defaultAction\": \"SCMP_ACT_NO\"}|1:1|\"SCMP_ACT_NO\" is no action",
                "{\"syscalls\": []}|1:1|the profile has no defaultAction",
                "{\"defaultAction\": \"SCMP_ACT_NOTIFY\"}|1:1|needs a program that listens",
                "{\"defaultAction\": \"SCMP_ACT_LOG\", \"flags\": [\"X\"]}|1:35|\"flags\" is no key of a profile",
                "{\"defaultAction\": \"SCMP_ACT_LOG\", \"syscalls\": {}}|1:47|\"syscalls\" must be a list",
                "{\"defaultAction\": \"SCMP_ACT_LOG\", \"syscalls\": [1]}|1:48|must be a list of objects",
                "{\"defaultAction\": \"SCMP_ACT_LOG\", \"defaultErrnoRet\": \"x\"}|1:54|must be a number",
                "{\"defaultAction\": \"SCMP_ACT_LOG\", \"defaultErrno\": \"ENOSYS\"}|1:35|is not looked up",
                "{\"defaultAction\": \"SCMP_ACT_LOG\", \"defaultErrnoRet\": 5000}|1:1|above 4095",
                "{\"defaultAction\": \"SCMP_ACT_LOG\", \"syscalls\": [{\"action\": \"SCMP_ACT_LOG\"}]}|1:1|names no system call",
                "{\"defaultAction\": \"SCMP_ACT_LOG\", \"syscalls\": [{\"names\": [\"Read\"], \"action\": \"SCMP_ACT_LOG\"}]}|1:1|\"Read\" is no system call",
                "{\"defaultAction\": \"SCMP_ACT_LOG\", \"architectures\": [\"amd64\"]}|1:1|is no architecture such as SCMP_ARCH_X86_64",
                "{\"defaultAction\": [\"SCMP_ACT_LOG\"]}|1:19|must be a text",
                "[]|1:1|",
                "{|1:1|",
            })
    void aProfileIsRefusedAtItsOwnPlace(String profile, String place, String words) {
        var reasons = Projects.web("security_opt: [seccomp=strict.json]")
                .file("strict.json", profile)
                .load()
                .reasons();

        assertThat(reasons).hasSize(1);
        assertThat(reasons.getFirst()).contains("strict.json:" + place.split(":")[0]);
        assertThat(reasons.getFirst()).contains(words == null ? "" : words);
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThat(Projects.web("security_opt: [seccomp=none.json]").load().reasons())
                .hasSize(1)
                .first()
                .asString()
                .contains("services.web.security_opt[0]")
                .contains("the file \"none.json\" cannot be read");
    }
}
