package dev.banyan.api.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.banyan.api.v1.AccessOuterClass;
import dev.banyan.api.v1.Definitions;
import dev.banyan.api.v1.DeploymentsOuterClass;
import dev.banyan.api.v1.EnrollmentOuterClass;
import dev.banyan.api.v1.ImagesOuterClass;
import dev.banyan.api.v1.ReachOuterClass;
import dev.banyan.api.v1.ResourcesOuterClass;
import dev.banyan.api.v1.Role;
import dev.banyan.api.v1.Sealing;
import dev.banyan.api.v1.Session;
import dev.banyan.api.v1.Storage;
import dev.banyan.api.v1.Verb;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class AccessOptionsTest {
    private static final List<FileDescriptor> WITH_SERVICES = List.of(
            DeploymentsOuterClass.getDescriptor(),
            Definitions.getDescriptor(),
            EnrollmentOuterClass.getDescriptor(),
            ImagesOuterClass.getDescriptor(),
            ReachOuterClass.getDescriptor(),
            ResourcesOuterClass.getDescriptor(),
            Sealing.getDescriptor(),
            Session.getDescriptor(),
            Storage.getDescriptor());

    @TestFactory
    Stream<DynamicTest> everyRpcSaysWhoMayCall() {
        return methods()
                .map(method -> DynamicTest.dynamicTest(method.getFullName(), () -> {
                    assertThat(method.getOptions().hasExtension(AccessOuterClass.access))
                            .isTrue();
                    var access = method.getOptions().getExtension(AccessOuterClass.access);
                    assertThat(access.getVerb()).isNotIn(Verb.VERB_UNSPECIFIED, Verb.UNRECOGNIZED);
                    assertThat(access.getRolesList())
                            .isNotEmpty()
                            .doesNotContain(Role.ROLE_UNSPECIFIED, Role.UNRECOGNIZED);
                }));
    }

    @Test
    void onlyJoiningIsOpenToThoseWithoutCertificate() {
        assertThat(methods()
                        .filter(method -> method.getOptions()
                                .getExtension(AccessOuterClass.access)
                                .getRolesList()
                                .contains(Role.JOIN))
                        .map(MethodDescriptor::getFullName))
                .containsExactly("banyan.v1.Enrollment.Join");
    }

    @Test
    void noProtoWithAServiceIsForgottenHere() throws Exception {
        try (var files = Files.list(Path.of("src/main/proto/banyan/v1"))) {
            var withServices = files.filter(AccessOptionsTest::declaresService)
                    .map(file -> "banyan/v1/" + file.getFileName())
                    .toList();
            assertThat(WITH_SERVICES.stream().map(FileDescriptor::getName))
                    .containsExactlyInAnyOrderElementsOf(withServices);
        }
    }

    private static Stream<MethodDescriptor> methods() {
        return WITH_SERVICES.stream()
                .flatMap(file -> file.getServices().stream())
                .flatMap(service -> service.getMethods().stream());
    }

    private static boolean declaresService(Path file) {
        try {
            return Files.readString(file).lines().anyMatch(line -> line.startsWith("service "));
        } catch (java.io.IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }
}
