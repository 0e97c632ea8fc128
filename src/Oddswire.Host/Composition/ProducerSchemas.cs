using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using Oddswire.Host.Commands;
using Oddswire.Infrastructure.Schemas;

namespace Oddswire.Host.Composition;

/// <summary>
/// What each role writes under a contract, and the look at the registries before any record goes out: a process whose contract breaks what a topic's
/// readers were promised does not start. Nothing is registered here: partners may read the registry, and what only the platform reads is not
/// theirs to see; replicate registers the public contract itself.
/// </summary>
internal static class ProducerSchemas
{
    /// <summary>The registry that partners read: the one that is named, or the files of the program.</summary>
    public static ISchemaRegistry Open(SchemaRegistrySettings? settings) => settings is null ? FileSchemaRegistry.Embedded : new RestSchemaRegistry(settings);

    /// <summary>The subject of a topic's values.</summary>
    public static string SubjectOf(string topic) => $"{topic}-value";

    /// <summary>The topics of a league that a role writes, each with its contract; none for the roles that write only what is their own.</summary>
    public static IReadOnlyList<(string Topic, Contract Contract)> Of(Role role, League league) => role switch
    {
        Role.Ingest => [(Topics.Raw(league), Contracts.RawMessages), (Topics.DeadLetters(league), Contracts.DeadLetters)],
        Role.Normalise => [(Topics.Normalized(league), Contracts.NormalizedEvents), (Topics.Quarantine(league), Contracts.DeadLetters)],
        Role.Price => [(Topics.Odds(league), Contracts.InternalOdds), (Topics.Shadow(league), Contracts.InternalOdds)],
        Role.Replicate => [(Topics.PublicOdds(league), Contracts.PublicOdds)],
        _ => [],
    };

    /// <summary>Checks what the roles of a process write, against the released files and against the registry that is named, where it has the subject.</summary>
    /// <param name="roles">The roles.</param>
    /// <param name="leagues">Their leagues.</param>
    /// <param name="registry">The registry.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="UserErrorException">A contract is not compatible, or the registry refuses; the message names role, subject and field.</exception>
    /// <exception cref="SchemaRegistryUnavailableException">The registry does not answer; trying again may help.</exception>
    public static async Task CheckAsync(IReadOnlySet<Role> roles, IReadOnlyList<League> leagues, ISchemaRegistry registry, CancellationToken ct)
    {
        foreach (var role in roles.Order())
        {
            foreach (var (topic, contract) in leagues.SelectMany(league => Of(role, league)))
            {
                var schema = FileSchemaRegistry.ReadEmbedded(contract.File);
                foreach (var one in new[] { FileSchemaRegistry.Embedded, registry }.Distinct())
                {
                    await CheckAsync(role, SubjectOf(topic), contract, schema, one, ct);
                }
            }
        }
    }

    private static async Task CheckAsync(Role role, string subject, Contract contract, string schema, ISchemaRegistry registry, CancellationToken ct)
    {
        var name = role.ToString().ToLowerInvariant();
        IReadOnlyList<string> faults;
        try
        {
            faults = await registry.CheckAsync(subject, schema, ct);
        }
        catch (SchemaRegistryException e) when (e is not SchemaRegistryUnavailableException)
        {
            throw new UserErrorException(
                ExitCodes.Fatal, $"The role {name} does not start: '{subject}' cannot be checked. {e.Message}", "Correct the settings in [registry]; 'oddswire schemas check' makes the same check.", e);
        }

        if (faults.Count > 0)
        {
            throw new UserErrorException(
                ExitCodes.Fatal,
                $"The role {name} does not start: what it writes ({contract.Message}) is not compatible with what {registry} has as '{subject}': "
                + $"{string.Join("; ", faults)}. Nothing was written.",
                "Start a version of the program whose contract fits, or have that version of the subject removed if it is wrong; 'oddswire schemas check' names all that does not fit.");
        }
    }
}
