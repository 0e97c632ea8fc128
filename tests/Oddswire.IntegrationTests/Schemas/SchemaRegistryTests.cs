using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using Oddswire.Core.Wire.Schemas;
using Oddswire.Host.Composition;
using Oddswire.Infrastructure.Schemas;
using Oddswire.IntegrationTests.Api;
using Oddswire.IntegrationTests.Chaos;
using Oddswire.IntegrationTests.Logs;

namespace Oddswire.IntegrationTests.Schemas;

/// <summary>The two registries: the files of the program, and one over HTTP.</summary>
public sealed class SchemaRegistryTests
{
    private const string Subject = "odds.updates.public.nfl-value";
    private static readonly string Schema = FileSchemaRegistry.ReadEmbedded(Contracts.PublicOdds.File);
    private static readonly string Broken = Schema.Replace("int64 sequence = 4;", "string sequence = 4;", StringComparison.Ordinal);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_contract_of_the_program_is_released_under_the_id_it_writes()
    {
        foreach (var league in Leagues.All)
        {
            (await FileSchemaRegistry.Embedded.EnsureAsync($"{Topics.PublicOdds(league)}-value", Schema, Ct)).ShouldBe(Contracts.PublicOdds.Id);
            foreach (var (topic, contract) in Enum.GetValues<Role>().SelectMany(role => ProducerSchemas.Of(role, league)))
            {
                (await FileSchemaRegistry.Embedded.VersionsAsync(ProducerSchemas.SubjectOf(topic), Ct)).ShouldNotBeEmpty(topic);
                (await FileSchemaRegistry.Embedded.CheckAsync(ProducerSchemas.SubjectOf(topic), FileSchemaRegistry.ReadEmbedded(contract.File), Ct))
                    .ShouldBeEmpty("what only we read may grow between releases, and never break one");
            }
        }

        foreach (var contract in new[] { Contracts.PublicOdds, Contracts.InternalOdds })
        {
            var text = await FileSchemaRegistry.Embedded.ByIdAsync(contract.Id, Ct);
            ProtoSchemaParser.Parse(text!).Messages.Keys.First(name => name.EndsWith(".OddsUpdate", StringComparison.Ordinal)).ShouldBe(contract.Message);
        }
    }

    [Fact]
    public async Task The_frames_message_index_0_is_the_update()
    {
        // The frame names a message by its place among the top-level messages of the file.
        var schema = ProtoSchemaParser.Parse((await FileSchemaRegistry.Embedded.ByIdAsync(Contracts.PublicOdds.Id, Ct))!);
        schema.Messages.Keys.First().ShouldBe(Contracts.PublicOdds.Message);
    }

    [Fact]
    public async Task A_schema_that_breaks_a_released_one_is_refused_with_the_field_and_a_new_one_is_not_taken()
    {
        var broken = await Should.ThrowAsync<IncompatibleSchemaException>(async () => await FileSchemaRegistry.Embedded.EnsureAsync(Subject, Broken, Ct));
        broken.Message.ShouldContain("oddswire.public.v1.OddsUpdate.sequence: its type was int64 and is string");
        var added = Schema.Replace("int64 sequence = 4;", "int64 sequence = 4; string added = 99;", StringComparison.Ordinal);
        (await Should.ThrowAsync<SchemaNotRegisteredException>(async () => await FileSchemaRegistry.Embedded.EnsureAsync(Subject, added, Ct)))
            .Message.ShouldContain("contracts/README.md");
    }

    [Fact]
    public void A_registry_file_that_breaks_its_own_rules_is_refused()
    {
        Should.Throw<IncompatibleSchemaException>(() => new FileSchemaRegistry(
            """{"schemas":[{"id":1,"file":"a","subjects":["s"]},{"id":2,"file":"b","subjects":["s"]}]}""", file => file == "a" ? Schema : Broken));
        Should.Throw<SchemaRegistryException>(() => new FileSchemaRegistry(
            """{"schemas":[{"id":1,"file":"a","subjects":["s"]},{"id":1,"file":"b","subjects":["t"]}]}""", _ => Schema)).Message.ShouldContain("id 1 twice");
    }

    [Fact]
    public async Task A_schema_is_registered_once_and_its_id_is_remembered()
    {
        await using var server = await RegistryServer.StartAsync();
        using var registry = Client(server);
        var id = await registry.EnsureAsync(Subject, Schema, Ct);
        (await registry.EnsureAsync(Subject, Schema, Ct)).ShouldBe(id);
        server.Requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal)).ShouldBe(2, "one look-up and one registration");
        (await registry.ByIdAsync(id, Ct)).ShouldBe(Schema);
        (await registry.ByIdAsync(id, Ct)).ShouldBe(Schema);
        server.Requests.Count(request => request.Contains("/schemas/ids/", StringComparison.Ordinal)).ShouldBe(1);
        (await registry.ByIdAsync(77, Ct)).ShouldBeNull();
        (await registry.SubjectsAsync(Ct)).ShouldBe([Subject]);
        (await registry.VersionsAsync(Subject, Ct)).ShouldBe([1]);
        (await registry.VersionsAsync("none", Ct)).ShouldBeEmpty();
        (await registry.FindAsync(Subject, null, Ct)).ShouldBe(new RegisteredSchema(Subject, 1, id, Schema));
        (await registry.FindAsync(Subject, 9, Ct)).ShouldBeNull();
        using var another = Client(server);
        (await another.EnsureAsync(Subject, Schema, Ct)).ShouldBe(id, "an id stays");
    }

    [Fact]
    public async Task The_level_of_a_subject_can_be_read_and_set()
    {
        await using var server = await RegistryServer.StartAsync();
        using var registry = Client(server);
        (await registry.LevelAsync(Subject, Ct)).ShouldBe(CompatibilityLevel.Backward);
        await registry.SetLevelAsync(Subject, CompatibilityLevel.Full, Ct);
        (await registry.LevelAsync(Subject, Ct)).ShouldBe(CompatibilityLevel.Full);
    }

    [Fact]
    public async Task A_breaking_schema_is_not_even_sent_for_registration()
    {
        await using var server = await RegistryServer.StartAsync();
        using var registry = Client(server);
        await registry.EnsureAsync(Subject, Schema, Ct);
        server.Requests.Clear();
        (await Should.ThrowAsync<IncompatibleSchemaException>(async () => await registry.EnsureAsync(Subject, Broken, Ct)))
            .Message.ShouldContain("oddswire.public.v1.OddsUpdate.sequence");
        server.Requests.ShouldNotContain($"POST /base/subjects/{Subject}/versions");
    }

    [Fact]
    public async Task What_the_registry_itself_finds_is_told_in_its_words()
    {
        await using var server = await RegistryServer.StartAsync();
        using var registry = Client(server);
        await registry.EnsureAsync(Subject, Schema, Ct);
        server.Faults = ["FIELD_KIND_CHANGED at #/OddsUpdate/4"];
        var added = Schema.Replace("int64 sequence = 4;", "int64 sequence = 4; string added = 99;", StringComparison.Ordinal);
        (await Should.ThrowAsync<IncompatibleSchemaException>(async () => await registry.EnsureAsync(Subject, added, Ct)))
            .Message.ShouldContain("FIELD_KIND_CHANGED at #/OddsUpdate/4");
    }

    [Fact]
    public async Task A_client_that_may_not_register_says_what_to_do()
    {
        await using var server = await RegistryServer.StartAsync();
        using var registry = new RestSchemaRegistry(Settings(server) with { MayRegister = false });
        (await Should.ThrowAsync<SchemaNotRegisteredException>(async () => await registry.EnsureAsync(Subject, Schema, Ct))).Message.ShouldContain("registry.register");
    }

    [Theory]
    [InlineData("Basic dXNlcjpwYXNzd29yZA==", "user", "password", null)]
    [InlineData("Bearer t0ken", null, null, "t0ken")]
    public async Task Credentials_are_sent_and_never_said(string header, string? user, string? password, string? token)
    {
        await using var server = await RegistryServer.StartAsync();
        server.Authorization = header;
        var settings = Settings(server) with { User = user, Password = password, Token = token };
        using var registry = new RestSchemaRegistry(settings);
        (await registry.SubjectsAsync(Ct)).ShouldBeEmpty();
        using var stranger = new RestSchemaRegistry(settings with { User = "user", Password = "wr0ng", Token = null });
        var refused = await Should.ThrowAsync<SchemaRegistryException>(async () => await stranger.SubjectsAsync(Ct));
        refused.Message.ShouldContain("401");
        refused.ToString().ShouldNotContain("wr0ng");
        $"{settings}".ShouldNotContain("password");
        $"{settings}".ShouldNotContain("t0ken");
    }

    [Fact]
    public async Task A_registry_that_is_away_or_ill_is_a_passing_fault()
    {
        await using var server = await RegistryServer.StartAsync();
        server.Broken = 503;
        using var registry = Client(server);
        await Should.ThrowAsync<SchemaRegistryUnavailableException>(async () => await registry.EnsureAsync(Subject, Schema, Ct));
        using var nobody = new RestSchemaRegistry(new SchemaRegistrySettings { Url = new Uri("http://127.0.0.1:9/"), Timeout = TimeSpan.FromSeconds(2) });
        (await Should.ThrowAsync<SchemaRegistryUnavailableException>(async () => await nobody.SubjectsAsync(Ct))).Message.ShouldContain("127.0.0.1:9");
    }

    [Fact]
    public async Task The_platform_serves_the_public_contracts_as_a_registry_that_our_own_client_reads()
    {
        await using var rig = await BoardRig.StartAsync();
        using var registry = new RestSchemaRegistry(new SchemaRegistrySettings { Url = rig.Address });
        (await registry.SubjectsAsync(Ct)).ShouldBe(Leagues.All.Select(league => $"{Topics.PublicOdds(league)}-value"), ignoreOrder: true);
        (await registry.EnsureAsync(Subject, Schema, Ct)).ShouldBe(Contracts.PublicOdds.Id);
        (await registry.ByIdAsync(Contracts.PublicOdds.Id, Ct)).ShouldBe(await FileSchemaRegistry.Embedded.ByIdAsync(Contracts.PublicOdds.Id, Ct));
        (await registry.ByIdAsync(Contracts.InternalOdds.Id, Ct)).ShouldBeNull("what only we read is not shown");
        (await registry.LevelAsync(Subject, Ct)).ShouldBe(CompatibilityLevel.Full);
        (await registry.CheckAsync(Subject, Broken, Ct)).ShouldHaveSingleItem().ShouldContain("OddsUpdate.sequence");
        (await registry.FindAsync(Subject, 1, Ct))!.Id.ShouldBeLessThan(Contracts.PublicOdds.Id, "what was released first stays");
        (await registry.FindAsync(Subject, 2, Ct))!.Id.ShouldBe(Contracts.PublicOdds.Id);
        (await registry.FindAsync(Subject, 3, Ct)).ShouldBeNull();
        (await registry.FindAsync("none", null, Ct)).ShouldBeNull();
        var added = Schema.Replace("int64 sequence = 4;", "int64 sequence = 4; string added = 99;", StringComparison.Ordinal);
        (await Should.ThrowAsync<SchemaRegistryException>(async () => await registry.EnsureAsync(Subject, added, Ct))).Message.ShouldContain("read-only mode");
        (await rig.Client.GetStringAsync($"{rig.Address}schemas/ids/{Contracts.PublicOdds.Id}/schema", Ct)).ShouldStartWith("syntax = \"proto3\";");
        (await rig.Client.GetStringAsync($"{rig.Address}schemas/ids/{Contracts.PublicOdds.Id}/versions", Ct)).ShouldContain("odds.updates.public.mlb-value");
    }

    [Fact]
    public async Task The_command_registers_lists_and_checks_with_a_secret_from_a_file()
    {
        await using var server = await RegistryServer.StartAsync();
        server.Authorization = "Basic dXNlcjpwYXNzd29yZA==";
        using var folder = new TempFolder();
        var secret = Path.Combine(folder.Path, "secret");
        await File.WriteAllTextAsync(secret, "password\n", Ct);
        string[] options = ["--schema-registry", $"{server.Url}base", "--set", "registry.user=user", "--set", $"registry.password-file={secret}", "--json"];
        foreach (var command in new[] { "register", "register", "list", "check" })
        {
            await using var run = await OddswireProcess.RunAsync(["schemas", command, .. options]);
            run.ExitCode.ShouldBe(0, run.Said);
            run.Said.ShouldContain(Subject);
            run.Said.ShouldNotContain("password\n");
        }

        server.Faults = ["FIELD_KIND_CHANGED at #/OddsUpdate/4"];
        await using var broken = await OddswireProcess.RunAsync(["schemas", "check", .. options]);
        broken.ExitCode.ShouldBe(1);
        broken.Said.ShouldContain("FIELD_KIND_CHANGED at #/OddsUpdate/4");
    }

    private static SchemaRegistrySettings Settings(RegistryServer server) => new() { Url = new Uri(server.Url, "/base/") };

    private static RestSchemaRegistry Client(RegistryServer server) => new(Settings(server));
}
