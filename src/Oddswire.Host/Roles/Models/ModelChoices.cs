using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;

namespace Oddswire.Host.Roles.Models;

/// <summary>
/// What operators have chosen for the new games of a league: the live model and the shadow, kept in the log so that every process that takes games in
/// knows it. Empty while nobody has chosen: then the program's own model prices, alone.
/// </summary>
/// <param name="Live">The model that prices new games; null for the program's own.</param>
/// <param name="Shadow">The model that prices beside it; null for none.</param>
public sealed record ModelChoices(ModelChange? Live, ModelChange? Shadow)
{
    private static readonly byte[] LiveKey = "live"u8.ToArray();
    private static readonly byte[] ShadowKey = "shadow"u8.ToArray();

    /// <summary>Nobody has chosen.</summary>
    public static ModelChoices None { get; } = new(null, null);

    /// <summary>The group whose state they are.</summary>
    public static WorkerSpec Group(League league) => new($"models.{league.Code()}", [], league);

    /// <summary>Reads the league's choices.</summary>
    /// <exception cref="LogUnavailableException">The log cannot be read now.</exception>
    public static async ValueTask<ModelChoices> ReadAsync(IEventLog log, League league, CancellationToken ct)
    {
        var choices = None;
        foreach (var (key, value) in await log.ReadStateAsync(Group(league), 0, ct))
        {
            var change = ModelChangeCodec.Read(value);
            choices = Encoding.UTF8.GetString(key) == "live" ? choices with { Live = change } : choices with { Shadow = change };
        }

        return choices;
    }

    /// <summary>The change of the group's state that remembers a choice for new games.</summary>
    public static StateChange Remember(ModelChange change)
    {
        var writer = new ProtoWriter();
        ModelChangeCodec.Write(writer, change with { IsDefault = true });
        return new StateChange(0, change.Role == ModelRole.Live ? LiveKey : ShadowKey, change.Version.Length == 0 ? null : writer.Written.ToArray());
    }

    /// <summary>The message by which a game is told of a change.</summary>
    /// <param name="game">The game.</param>
    /// <param name="change">What is chosen for it.</param>
    /// <param name="at">When; names the event.</param>
    public static RawMessage MessageFor(GameId game, ModelChange change, Timestamp at) => new()
    {
        Message = new FeedMessage { Source = "oddswire", GameId = game, Body = default },
        ReceivedAt = at,
        Format = Format,
        Events =
        [
            new GameEvent
            {
                GameId = game,
                Key = $"model-{(change.Role == ModelRole.Live ? "live" : "shadow")}-{at.UnixMicros}",
                Order = 0,
                Kind = EventKind.ModelChanged,
                OccurredAt = at,
                Model = change,
                Description = change switch
                {
                    { Role: ModelRole.Live } => $"Priced by {change.Version} from here on",
                    { Version.Length: 0 } => "No shadow model from here on",
                    _ => $"Also priced, unpublished, by {change.Version} from here on",
                },
            },
        ],
    };

    /// <summary>Format name of such a message.</summary>
    public const string Format = "oddswire-model";
}
