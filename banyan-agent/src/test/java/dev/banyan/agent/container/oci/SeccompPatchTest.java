package dev.banyan.agent.container.oci;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeccompPatchTest {
    private static final Server AMD = new Server("amd64", "6.1.0-18-amd64");
    private static final Server ARM = new Server("aarch64", "4.4.302+");
    private static final String SPEC =
            """
            {"process": {"capabilities": {"bounding": ["CAP_CHOWN", "CAP_NET_RAW"], "effective": ["CAP_BPF"]}},
             "linux": {"seccomp": {"defaultAction": "SCMP_ACT_KILL"}, "cgroupsPath": "/x"}}""";

    @Test
    void aProfileTakesThePlaceOfTheUsualFilter() {
        var patched = JsonParser.parseString(SeccompPatch.apply(
                        SPEC,
                        """
                                {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "syscalls": [
                                  {"names": ["read"], "action": "SCMP_ACT_ALLOW", "errnoRet": 7,
                                   "args": [{"index": 1, "value": 18446744073709551615, "valueTwo": 0, "op": "SCMP_CMP_EQ"}]}]}""",
                        AMD))
                .getAsJsonObject();

        assertThat(patched.getAsJsonObject("linux").get("cgroupsPath").getAsString())
                .isEqualTo("/x");
        assertThat(patched.getAsJsonObject("linux").get("seccomp"))
                .isEqualTo(
                        JsonParser.parseString(
                                """
                                {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "syscalls": [
                                  {"names": ["read"], "action": "SCMP_ACT_ALLOW", "errnoRet": 7,
                                   "args": [{"index": 1, "value": 18446744073709551615, "valueTwo": 0, "op": "SCMP_CMP_EQ"}]}]}"""));
    }

    @Test
    void withoutAProfileNothingChanges() {
        assertThat(SeccompPatch.apply(SPEC, "", AMD)).isSameAs(SPEC);
    }

    @Test
    void aPrivilegedContainerThatHadNoFilterGetsTheOneItAskedFor() {
        assertThat(SeccompPatch.apply("{}", "{\"defaultAction\": \"SCMP_ACT_LOG\"}", AMD))
                .isEqualTo("{\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_LOG\"}}}");
    }

    @Test
    void ofAMapOfArchitecturesThisMachinesCount() {
        var profile =
                """
                {"defaultAction": "SCMP_ACT_LOG", "archMap": [
                  {"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": ["SCMP_ARCH_ARM"]},
                  {"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X32"]}]}""";

        assertThat(filter(profile, AMD).get("architectures").toString())
                .isEqualTo("[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\"]");
        assertThat(filter(profile, ARM).get("architectures").toString())
                .isEqualTo("[\"SCMP_ARCH_AARCH64\",\"SCMP_ARCH_ARM\"]");
        assertThat(filter(profile, new Server("mips", "6.1")).has("architectures"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"includes\": {};true;true",
                "\"includes\": {\"arches\": [\"amd64\", \"x86\"]};true;false",
                "\"excludes\": {\"arches\": [\"arm64\"]};true;false",
                "\"includes\": {\"caps\": [\"CAP_CHOWN\", \"CAP_NET_RAW\"]};true;true",
                "\"includes\": {\"caps\": [\"CAP_CHOWN\", \"CAP_BPF\"]};false;false",
                "\"excludes\": {\"caps\": [\"CAP_BPF\"]};true;true",
                "\"excludes\": {\"caps\": [\"CAP_BPF\", \"CAP_CHOWN\"]};false;false",
                "\"includes\": {\"minKernel\": \"4.8\"};true;false",
                "\"includes\": {\"minKernel\": \"4.4\"};true;true",
                "\"excludes\": {\"minKernel\": \"4.8\"};false;true",
                "\"includes\": {\"minKernel\": \"4.8\", \"arches\": [\"arm64\"]};false;false",
            })
    void aRuleIsThereWhereItsConditionsHold(String condition, boolean onAmd, boolean onArm) {
        var profile = "{\"defaultAction\": \"SCMP_ACT_LOG\", \"syscalls\": [{\"names\": [\"read\"],"
                + " \"action\": \"SCMP_ACT_ALLOW\", " + condition + "}]}";

        assertThat(filter(profile, AMD).has("syscalls")).isEqualTo(onAmd);
        assertThat(filter(profile, ARM).has("syscalls")).isEqualTo(onArm);
    }

    @ParameterizedTest
    @CsvSource({
        "6.1.0-18-amd64,6.1,true",
        "6.1.0,6.2,false",
        "5.10.3,5.9,true",
        "5.9,5.10,false",
        "10.0,9.9,true",
        "odd,4.8,false"
    })
    void kernelsAreComparedByNumbers(String kernel, String version, boolean atLeast) {
        assertThat(new Server("amd64", kernel).atLeast(version)).isEqualTo(atLeast);
    }

    @Test
    void thisServerIsOneThatProfilesKnow() {
        assertThat(Server.ofThisProcess().filterArchitecture()).startsWith("SCMP_ARCH_");
        assertThat(Server.ofThisProcess().atLeast("3.10")).isTrue();
    }

    private static JsonObject filter(String profile, Server server) {
        return JsonParser.parseString(SeccompPatch.apply(SPEC, profile, server))
                .getAsJsonObject()
                .getAsJsonObject("linux")
                .getAsJsonObject("seccomp");
    }
}
