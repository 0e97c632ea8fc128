using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Props;

/// <summary>nflfastR's plays: a play's row has the state before it. Who will touch the ball is taken as known before the game; who will not is left out.</summary>
internal static class NflPropReader
{
    /// <summary>The games of a file.</summary>
    /// <param name="file">The file, of which <paramref name="rows"/> is the reading.</param>
    /// <param name="rows">Its states, read row by row.</param>
    public static IEnumerable<PropGame> Read(CsvFile file, IEnumerable<ModelRow> rows)
    {
        RecordedGame? game = null;
        List<PropStep> steps = [];
        List<PlayerChange> changes = [];
        foreach (var row in rows)
        {
            if (game is not null && game.Id != row.Game.Id)
            {
                yield return Ended(game, steps, changes);
                (steps, changes) = ([], []);
            }

            game = row.Game;
            steps.Add(new PropStep(changes, row.State));
            changes = [];
            AddPlay(file, changes, file["posteam"] == file["home_team"] ? Side.Home : Side.Away);
        }

        if (game is not null)
        {
            yield return Ended(game, steps, changes);
        }
    }

    private static PropGame Ended(RecordedGame game, List<PropStep> steps, List<PlayerChange> last)
    {
        var seen = steps.SelectMany(static step => step.Changes).Concat(last)
            .DistinctBy(static change => change.Player)
            .Select(static change => new PlayerChange(change.Player, PlayerStatistic.Listed, 0, change.Side, Name: change.Name));
        return new PropGame(game, [.. seen], steps, last);
    }

    private static void AddPlay(CsvFile file, List<PlayerChange> changes, Side side)
    {
        var type = file["play_type"];
        if (type is not ("pass" or "run" or "qb_kneel" or "qb_spike") || file["down"].Length == 0)
        {
            return;
        }

        var yards = file.Int("yards_gained");
        var isTouchdown = file.Int("touchdown") == 1 && file.Int("posteam_score_post") - file.Int("posteam_score") >= 6;
        var (passer, rusher, receiver) = (file["passer_player_id"], file["rusher_player_id"], file["receiver_player_id"]);
        if (passer.Length > 0 && file.Int("sack") == 0)
        {
            var isComplete = file.Int("complete_pass") == 1;
            Add(passer, "passer_player_name", PlayerStatistic.PassAttempts, 1);
            Add(receiver, "receiver_player_name", PlayerStatistic.Targets, 1);
            if (isComplete)
            {
                Add(passer, "", PlayerStatistic.Completions, 1);
                Add(passer, "", PlayerStatistic.PassingYards, yards);
                Add(receiver, "", PlayerStatistic.Receptions, 1);
                Add(receiver, "", PlayerStatistic.ReceivingYards, yards);
                Add(receiver, "", PlayerStatistic.Touchdowns, isTouchdown ? 1 : 0);
            }
        }
        else if (rusher.Length > 0)
        {
            Add(rusher, "rusher_player_name", PlayerStatistic.RushAttempts, 1);
            Add(rusher, "", PlayerStatistic.RushingYards, yards);
            Add(rusher, "", PlayerStatistic.Touchdowns, isTouchdown ? 1 : 0);
        }

        void Add(string player, string name, PlayerStatistic statistic, int amount)
        {
            if (player.Length > 0 && amount != 0)
            {
                changes.Add(new PlayerChange(player, statistic, amount, side, Name: name.Length > 0 ? file[name] : ""));
            }
        }
    }
}
