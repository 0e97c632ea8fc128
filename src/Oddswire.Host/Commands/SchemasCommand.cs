using System.CommandLine;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using Oddswire.Host.Composition;
using Oddswire.Host.Composition.Configuration;
using Oddswire.Infrastructure.Schemas;

namespace Oddswire.Host.Commands;

/// <summary><c>oddswire schemas list|check|register</c>: the contracts of the topics in a schema registry.</summary>
internal static class SchemasCommand
{
    private static readonly Option<string?> Url = new("--schema-registry") { Description = "The registry (registry.url). Default: the schema files that come with the program.", HelpName = "URL" };

    public static Command Create()
    {
        var command = new ExampleCommand(
            "schemas",
            "Work with the topics' contracts in a schema registry: list them, check ours for compatibility, register the public one.",
            "oddswire schemas list",
            "oddswire schemas check --schema-registry https://registry.example.com",
            "oddswire schemas register --config oddswire.conf");
        command.Add(Command("list", "Every subject with its versions and ids.", ListAsync));
        command.Add(Command("check", "Check that the contracts of this program are compatible with what is registered, as every role does when it starts; exit code 1, naming the fields, if one is not.", CheckAsync));
        command.Add(Command("register", "Register the public contract if it is missing; contracts that only the platform reads are never registered. Repeating it changes nothing.", RegisterAsync));
        return command;
    }

    private static ExampleCommand Command(string name, string description, Func<ISchemaRegistry, bool, CancellationToken, Task<int>> run)
    {
        var command = new ExampleCommand(name, description, $"oddswire schemas {name}", $"oddswire schemas {name} --schema-registry http://localhost:8081 --json") { Url, LogCli.ConfigFile, LogCli.Set };
        command.SetAction(async (parsed, ct) =>
        {
            var config = Config.Load(parsed.GetValue(LogCli.ConfigFile), parsed.GetValue(LogCli.Set) ?? [], Environment.GetEnvironmentVariables())
                .With(ConfigSchema.Registry, "url", parsed.GetValue(Url), "--schema-registry");
            using var rest = RegistryConnection.Read(config) is { } settings ? new RestSchemaRegistry(settings) : null;
            try
            {
                return await run(rest is null ? FileSchemaRegistry.Embedded : rest, parsed.GetValue(Cli.Json), ct);
            }
            catch (SchemaRegistryUnavailableException e)
            {
                throw new UserErrorException(ExitCodes.Environment, e.Message, "Check the address (registry.url), and that the registry is running.", e);
            }
            catch (SchemaRegistryException e)
            {
                throw new UserErrorException(ExitCodes.CheckFailed, e.Message, "'oddswire schemas check' names what is incompatible.", e);
            }
        });
        return command;
    }

    private static async Task<int> ListAsync(ISchemaRegistry registry, bool json, CancellationToken ct)
    {
        var found = new List<RegisteredSchema>();
        foreach (var subject in await registry.SubjectsAsync(ct))
        {
            foreach (var version in await registry.VersionsAsync(subject, ct))
            {
                if (await registry.FindAsync(subject, version, ct) is { } schema)
                {
                    found.Add(schema);
                    Console.Out.WriteLine($"{schema.Subject,-36} version {schema.Version,3}   id {schema.Id}");
                }
            }
        }

        if (json)
        {
            Cli.PrintJson(new { ok = true, schemas = found.Select(schema => new { schema.Subject, schema.Version, schema.Id }) });
        }

        return ExitCodes.Ok;
    }

    private static async Task<int> CheckAsync(ISchemaRegistry registry, bool json, CancellationToken ct)
    {
        var results = new List<(string Subject, IReadOnlyList<string> Faults)>();
        foreach (var (subject, contract) in Written)
        {
            var faults = await registry.CheckAsync(subject, FileSchemaRegistry.ReadEmbedded(contract.File), ct);
            results.Add((subject, faults));
            Console.Out.WriteLine(faults.Count == 0 ? $"ok    {subject}" : $"FAIL  {subject}: {string.Join("; ", faults)}");
        }

        var ok = results.All(result => result.Faults.Count == 0);
        if (json)
        {
            Cli.PrintJson(new { ok, subjects = results.Select(result => new { result.Subject, result.Faults }) });
        }

        return ok ? ExitCodes.Ok : ExitCodes.CheckFailed;
    }

    private static async Task<int> RegisterAsync(ISchemaRegistry registry, bool json, CancellationToken ct)
    {
        var ids = new List<(string Subject, int Id)>();
        foreach (var (subject, contract) in Written.Where(pair => pair.Contract == Contracts.PublicOdds))
        {
            ids.Add((subject, await registry.EnsureAsync(subject, FileSchemaRegistry.ReadEmbedded(contract.File), ct)));
            Console.Out.WriteLine($"{subject,-36} id {ids[^1].Id}");
        }

        if (json)
        {
            Cli.PrintJson(new { ok = true, subjects = ids.Select(pair => new { pair.Subject, pair.Id }) });
        }

        return ExitCodes.Ok;
    }

    /// <summary>Everything that some role writes.</summary>
    private static IEnumerable<(string Subject, Contract Contract)> Written => Enum.GetValues<Role>()
        .SelectMany(role => Leagues.All.SelectMany(league => ProducerSchemas.Of(role, league)))
        .Select(pair => (ProducerSchemas.SubjectOf(pair.Topic), pair.Contract));
}
