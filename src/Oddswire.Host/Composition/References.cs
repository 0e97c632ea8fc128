using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Feeds.Reference;
using Oddswire.Host.Commands;
using Oddswire.Infrastructure.Stores.Sqlite;

namespace Oddswire.Host.Composition;

/// <summary>The pregame lines of a data folder, and the results by which games without one are rated.</summary>
internal static class References
{
    // Midnight in the west of the United States comes after the last game of a day and before the first of the next.
    private const int DayBeginsUtc = 10;

    /// <summary>
    /// Looks lines up in the folder's reference store; a game without one is rated by the results of earlier days that the store holds. Finds nothing where there
    /// is no store.
    /// </summary>
    public static Func<GameId, GameInfo, PregameLine?> LineLookup(DataFolder folder)
    {
        if (!File.Exists(folder.Reference))
        {
            return static (_, _) => null;
        }

        var store = ReferenceStore.Open(folder.Reference);
        return (game, info) => Rated(store, game, info, store.FindLine(game));
    }

    private static PregameLine? Rated(ReferenceStore store, GameId game, GameInfo info, PregameLine? known)
    {
        if (known is { HomeMarginHundredths: not null } or { HomeWin: not null } || !info.ScheduledAt.IsKnown)
        {
            return known;
        }

        var day = DateOnly.FromDateTime(info.ScheduledAt.ToDateTimeOffset().UtcDateTime.AddHours(-DayBeginsUtc));
        var results = store.ReadResults(game.League).Where(played => played.Game != game.Value);
        return TeamRatings.MarginOf(game.League, results, info.Home.Code, info.Away.Code, day) is { } margin
            ? (known ?? new PregameLine()) with { HomeMarginHundredths = (int)Math.Round(margin * 100), IsRated = true }
            : known;
    }

    /// <summary>Reads files of pregame lines into the reference store; rows that make no sense are named and left out.</summary>
    /// <exception cref="UserErrorException">A file cannot be used at all.</exception>
    public static void Import(DataFolder folder, IReadOnlyList<string> files)
    {
        foreach (var file in files)
        {
            try
            {
                var read = PregameLines.Read(file);
                using var store = ReferenceStore.Open(folder.Reference);
                var count = store.ImportLines(read.Lines, Path.GetFileName(file));
                store.ImportResults(read.League, read.Results);
                foreach (var refused in read.Refused)
                {
                    Cli.Say($"warning: {refused}");
                }

                Cli.Say($"{count:N0} pregame lines from '{file}', {read.Refused.Count} rows rejected");
            }
            catch (Exception e) when (e is ReferenceDataException or ReferenceStoreException)
            {
                throw new UserErrorException(ExitCodes.Usage, e.Message, "docs/feeds.md says which files of lines are understood.", e);
            }
        }
    }
}
