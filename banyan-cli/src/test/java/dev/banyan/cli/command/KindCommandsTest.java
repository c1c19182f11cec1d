package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ControllerSpec;
import dev.banyan.api.v1.JsonSchemas;
import dev.banyan.api.v1.KindAccess;
import dev.banyan.api.v1.KindDefinitionSpec;
import dev.banyan.api.v1.Role;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KindCommandsTest {
    private static final String ZONES = "zones.example.com";

    @TempDir
    private Path directory = Path.of("");

    private CommandBench bench = new CommandBench(directory);

    @BeforeEach
    void define() {
        bench = new CommandBench(directory);
        var access = KindAccess.newBuilder().addSpecWriters("admin").addStatusWriters("controller/dns");
        bench.cluster.define(
                ZONES,
                KindDefinitionSpec.newBuilder()
                        .setScope(KindDefinitionSpec.Scope.NAMESPACED)
                        .setSchemas(JsonSchemas.newBuilder().setSpec("{\"type\": \"object\"}"))
                        .setAccess(access));
    }

    @Test
    void listsKinds() {
        apply("name: one\nspec: {ttl: 1}");

        assertThat(bench.run("kinds"))
                .isEqualTo(new CommandBench.Run(
                        0,
                        """
                                KIND               SCOPE       VERSION  OBJECTS  WRITERS  REPORTERS       NOTE
                                zones.example.com  namespaced  1        1        admin    controller/dns  -
                                """,
                        ""));
    }

    @Test
    void listsKindsAsJson() {
        assertThat(bench.run("kinds", "-o", "json").out())
                .contains("\"schema\": \"banyan.kinds/1\"", "\"kind\": \"zones.example.com\"", "\"objects\": 0")
                .contains("\"author\": \"controller/dns\"", "\"being_removed\": false");
    }

    @Test
    void describesAKindWithItsSchemas() {
        var run = bench.run("kinds", "describe", ZONES);

        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("\"spec_schema\": {\n      \"type\": \"object\"", "\"status_schema\": null");
    }

    @Test
    void saysWhichKindsThereAreInsteadOfAnUnknownOne() {
        var run = bench.run("kinds", "describe", "zone.example.com");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("no kind zone.example.com is registered; there are zones.example.com");
        assertThat(bench.run("get", "deployments").err()).contains("deployments are Banyan's own");
    }

    @Test
    void createsChangesAndKeepsAnObject() {
        assertThat(apply("name: one\nlabels: {colour: red}\nspec:\n  ttl: 60\n  names: [a, '1', true, ~, 1.5]")
                        .err())
                .isEqualTo("zones.example.com/default/one created\n");
        var object = object("one");
        assertThat(object.spec().toUtf8()).isEqualTo("{ \"ttl\": 60, \"names\": [ \"a\", \"1\", true, null, 1.5 ] }");
        assertThat(object.meta().labels()).isEqualTo(Map.of("colour", "red"));

        assertThat(apply("name: one\nlabels: {colour: red}\nspec:\n  ttl: 60\n  names: [a, '1', true, null, 1.5]")
                        .err())
                .isEqualTo("zones.example.com/default/one unchanged\n");
        assertThat(apply("name: one\nspec: {ttl: 61}").err()).isEqualTo("zones.example.com/default/one changed\n");
        assertThat(object("one").meta().generation()).isEqualTo(2);
        assertThat(object("one").meta().labels()).isEmpty();
    }

    @Test
    void takesJsonFromStandardInput() {
        bench.typing("{\"kind\": \"zones.example.com\", \"name\": \"one\", \"spec\": {\"text\": \"a\\u00e9\\n\"}}");

        assertThat(bench.run("apply", "-f", "-").exit()).isZero();
        assertThat(object("one").spec().toUtf8()).isEqualTo("{ \"text\": \"a\u00e9\\n\" }");
    }

    @Test
    void saysEverythingThatIsWrongWithAFileAndWhere() {
        bench.file("o.yaml", "kind: zones.example.com\nnmae: one\nlabels: 3\n");

        var run = bench.run("apply", "-f", "o.yaml");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err())
                .contains("o.yaml:2:1: nmae: is not one of kind, name, labels, spec")
                .contains("name: is missing", "spec: is missing", "o.yaml:3:9: labels: is no mapping");
        assertThat(bench.run("apply", "-f", "none.yaml").err()).contains("cannot read none.yaml");
    }

    @Test
    void showsObjects() {
        apply("name: one\nspec: {ttl: 60}");
        report("one", "{\"serial\": 7}");

        assertThat(bench.run("get", ZONES).out())
                .contains("NAME  GENERATION  AGE  SPEC           STATUS")
                .contains("one   1           0s   { \"ttl\": 60 }  { \"serial\": 7 }");
        assertThat(bench.run("get", ZONES, "one", "-o", "json").out())
                .contains("\"name\": \"one\"", "\"ttl\": 60", "\"serial\": 7", "\"deleting\": false");
        assertThat(bench.run("get", ZONES, "two").err()).contains("zones.example.com/default/two does not exist");
        assertThat(bench.run("get", ZONES, "Two").exit()).isEqualTo(3);
    }

    @Test
    void showsBytesThatAreNoJsonInBase64() {
        store().commit(Commit.of(new Write.Create(Draft.of(key("raw"), Bytes.copyOf(new byte[] {8, 1, 0})))));

        assertThat(bench.run("get", ZONES, "raw", "-o", "json").out())
                .contains("\"spec\": \"CAEA\"", "\"status\": null");
    }

    @Test
    void deletesAnObject() {
        apply("name: one\nspec: {}");
        store().commit(Commit.of(
                new Write.Create(Draft.of(key("held"), Bytes.utf8("{}")).finalizedBy(List.of("example.com/dns")))));

        assertThat(bench.run("delete", ZONES, "one").err()).isEqualTo("zones.example.com/default/one deleted\n");
        assertThat(bench.run("delete", ZONES, "held").err()).contains("deleting; waits for example.com/dns");
        assertThat(bench.run("get", ZONES).out()).contains("held (deleting)").doesNotContain("one");
        assertThat(bench.run("delete", ZONES, "one").exit()).isEqualTo(2);
    }

    @Test
    void removesAKind() {
        assertThat(bench.run("kinds", "rm", ZONES).err()).isEqualTo("zones.example.com is removed\n");
        assertThat(bench.cluster.removals().getFirst().getWithObjects()).isFalse();
        assertThat(bench.run("kinds").out()).doesNotContain(ZONES);
    }

    @Test
    void waitsUntilAKindIsGoneWithItsObjects() {
        apply("name: one\nspec: {}");
        bench.cluster.afterWrite(() -> {
            for (var key : List.of(key("one"), Kinds.DEFINITIONS.key("-", ZONES))) {
                var object = store().get(key, ReadAt.LATEST).orElseThrow();
                store().commit(Commit.of(new Write.Delete(key, object.meta().uid())));
            }
        });

        assertThat(bench.run("kinds", "rm", "--with-objects", ZONES).err()).isEqualTo("zones.example.com is removed\n");
        assertThat(bench.cluster.removals().getFirst().getWithObjects()).isTrue();
    }

    @Test
    void asksForATokenOfAController() {
        var run = bench.run(
                "token", "create", "--role", "controller", "--name", "dns", "--read", "services", "--read", "agents");

        assertThat(run).isEqualTo(new CommandBench.Run(0, "id.secret.authority\n", ""));
        var asked = bench.cluster.tokens().getFirst();
        assertThat(asked.getRole()).isEqualTo(Role.CONTROLLER);
        assertThat(asked.getName()).isEqualTo("dns");
        assertThat(asked.getReadsList()).containsExactly("services", "agents");
        assertThat(bench.run("token").exit()).isEqualTo(2);
        assertThat(bench.run("token", "create", "--role", "engine").exit()).isEqualTo(2);
    }

    @Test
    void listsAndRevokesControllers() {
        var spec = ControllerSpec.newBuilder().addReads("services").build();
        store().commit(Commit.of(new Write.Create(Draft.of(
                Kinds.CONTROLLERS.key("-", "dns"), Kinds.CONTROLLERS.spec().encode(spec)))));

        assertThat(bench.run("controllers").out()).contains("dns         services");
        assertThat(bench.run("controllers", "-o", "json").out()).contains("\"controller\": \"dns\"");
        assertThat(bench.run("controllers", "rm", "web").exit()).isEqualTo(2);
        assertThat(bench.run("controllers", "rm", "dns").err()).contains("dns is revoked");
        assertThat(store().get(Kinds.CONTROLLERS.key("-", "dns"), ReadAt.LATEST))
                .isEmpty();
    }

    @Test
    void helpsWithEveryVerbAndItsParts() {
        assertThat(bench.run("kinds", "rm", "--help").out()).contains("--with-objects");
        assertThat(bench.run("--help").out()).contains("kinds", "token", "controllers", "apply");
    }

    private CommandBench.Run apply(String rest) {
        bench.file("o.yaml", "kind: zones.example.com\n" + rest + "\n");
        return bench.run("apply", "-f", "o.yaml");
    }

    private void report(String name, String status) {
        store().commit(Commit.of(
                new Write.UpdateStatus(key(name), object(name).meta().uid(), Bytes.utf8(status))));
    }

    private StoredObject object(String name) {
        return store().get(key(name), ReadAt.LATEST).orElseThrow();
    }

    private Store store() {
        return bench.cluster.store();
    }

    private static ObjectKey key(String name) {
        return new ObjectKey(ZONES, "default", name);
    }
}
