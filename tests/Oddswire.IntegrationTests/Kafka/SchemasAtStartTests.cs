using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Host.Api;
using Oddswire.Host.Composition;
using Oddswire.Infrastructure.Schemas;
using Oddswire.IntegrationTests.Chaos;
using Oddswire.IntegrationTests.Schemas;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>Roles as processes on Kafka, and a schema registry over HTTP that has another contract than they write: none of them starts, and none writes.</summary>
public sealed class SchemasAtStartTests
{
    private const string Index = """
        {"schemas":[
          {"id":11,"file":"oddswire/odds/v1/odds.proto","subjects":["odds.updates.internal.{league}-value"]},
          {"id":12,"file":"oddswire/public/v1/odds.proto","subjects":["odds.updates.public.{league}-value"]},
          {"id":13,"file":"oddswire/events/v1/events.proto","subjects":["raw.events.{league}-value","events.normalized.{league}-value"]}]}
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ingest", "raw.events.nfl-value", "string feed = 3;", "int64 feed = 3;", "oddswire.events.v1.RawMessage.feed: its type was int64 and is string")]
    [InlineData("normalise", "events.normalized.nfl-value", "int64 sequence = 5;", "string sequence = 5;", "oddswire.events.v1.NormalizedEvent.sequence: its type was string and is int64")]
    [InlineData("price", "odds.updates.internal.nfl-value", "int64 sequence = 4;", "string sequence = 4;", "oddswire.odds.v1.OddsUpdate.sequence: its type was string and is int64")]
    [InlineData("replicate", "odds.updates.public.nfl-value", "int64 sequence = 4;", "string sequence = 4;", "oddswire.public.v1.OddsUpdate.sequence: its type was string and is int64")]
    public async Task A_role_whose_contract_breaks_the_registered_one_does_not_start_and_names_subject_and_field(string role, string subject, string ours, string theirs, string says)
    {
        await using var registry = await RegistryAsync(text => text.Replace(ours, theirs, StringComparison.Ordinal));
        await using var kafka = KafkaRig.Open();
        await using var folder = new ChaosFolder();
        await using var process = await OddswireProcess.RunAsync(Run(role, registry.Urls.First(), kafka, folder));
        process.ExitCode.ShouldBe(4, process.Said);
        var said = process.Errors.Single(line => line.StartsWith("error:", StringComparison.Ordinal));
        said.ShouldContain($"The role {role} does not start");
        said.ShouldContain(subject);
        said.ShouldContain(says);
        process.Said.ShouldContain("oddswire schemas check", Case.Sensitive, "the remedy");
        await using var log = KafkaLogs.Open(kafka.Place, TimeProvider.System, null);
        foreach (var topic in ProducerSchemas.Of(Enum.Parse<Role>(role, ignoreCase: true), League.Nfl).Select(pair => pair.Topic).Where(topic => topic != Topics.PublicOdds(League.Nfl)))
        {
            (await log.DescribeAsync(topic, Ct)).Sum(bounds => bounds.EndOffset).ShouldBe(0, topic);
        }
    }

    [Fact]
    public async Task Roles_start_where_the_registry_has_what_they_write()
    {
        await using var registry = await RegistryAsync(text => text);
        await using var kafka = KafkaRig.Open();
        await using var folder = new ChaosFolder();
        await using var process = OddswireProcess.Start(Run("ingest,normalise,price", registry.Urls.First(), kafka, folder));
        await process.WaitUntilRunningAsync();
        await using var check = await OddswireProcess.RunAsync("schemas", "check", "--schema-registry", registry.Urls.First());
        check.ExitCode.ShouldBe(0, check.Said);
        check.Said.ShouldContain("raw.events.mlb-value");
    }

    [Fact]
    public async Task A_registry_that_is_away_is_waited_for()
    {
        await using var registry = await RegistryServer.StartAsync();
        registry.Broken = 503;
        await using var kafka = KafkaRig.Open();
        await using var folder = new ChaosFolder();
        await using var process = OddswireProcess.Start(Run("price", $"{registry.Url}base", kafka, folder));
        await Machine.UntilAsync(() => process.Said.Contains("Trying again", StringComparison.Ordinal), Machine.Patience, () => $"it does not wait for the registry: {process.Said}");
        process.HasExited.ShouldBeFalse(process.Said);
        registry.Broken = null;
        await process.WaitUntilRunningAsync();
        registry.Requests.ShouldNotContain(request => request.EndsWith("/versions", StringComparison.Ordinal) && request.StartsWith("POST", StringComparison.Ordinal), "what only we read is not for partners to see");
    }

    private static string[] Run(string role, string registry, KafkaRig kafka, ChaosFolder folder) =>
        ["run", "--role", role, "--league", "nfl", "--headless", "--schema-registry", registry, "--data", folder["data"], .. kafka.Options];

    /// <summary>A registry with contracts of its own, behind the interface that the platform's API serves.</summary>
    private static async Task<WebApplication> RegistryAsync(Func<string, string> change)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.UseRouting();
        SchemaEndpoints.Map(app, new FileSchemaRegistry(Index, file => change(FileSchemaRegistry.ReadEmbedded(file))));
        await app.StartAsync(Ct);
        return app;
    }
}
