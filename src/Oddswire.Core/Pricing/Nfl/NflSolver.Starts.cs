using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Nfl;

/// <summary>Between drives: the try, the kick-off, and the drive that follows on it.</summary>
internal sealed partial class NflSolver
{
    // The places where a kick-off is returned to; three ends of a try are fewer branches.
    private const int MostStarts = NflParameters.Bands;

    private void ReadStarts(int lead)
    {
        var (zero, one, two) = Position.IsTryDue ? _tables.Drives.Try(-lead, Position.Half == 2 && Position.Seconds < 900) : (1, 0, 0);
        Span<double> tries = [zero, one, two];
        for (var points = 0; points < tries.Length; points++)
        {
            if (tries[points] > 0)
            {
                AddStart(tries[points], points, lead);
            }
        }
    }

    private void AddStart(double chance, int points, int lead)
    {
        if (Position.IsKickDue && DriveModel.KicksOnside(Position.Half == 2, points - lead, Position.Seconds))
        {
            var good = parameters.OnsideGood;
            AddStart(chance * good, points, lead, DriveModel.OnsideBand, isFirst: false);
            AddStart(chance * (1 - good), points, lead, DriveModel.OnsideBand, isFirst: true);
            return;
        }

        var known = Position.IsPossessionKnown ? 1 : 0.5;
        AddStart(chance * known, points, lead, DriveModel.Kick, isFirst: true);
        if (!Position.IsPossessionKnown)
        {
            AddStart(chance * 0.5, points, lead, DriveModel.Kick, isFirst: false);
        }
    }

    // Late in the game the tables' drives begin with the time-outs that teams usually have: where they are told, the first drive is played with those, once the try is over.
    private void AddStart(double chance, int points, int lead, int band, bool isFirst)
    {
        // Who gets its own onside kick has not lost the ball in between.
        var wasBehind = isFirst && lead - Position.KickedAfter < 0;
        if (Position is not { Half: 2, Seconds: > 0 and <= LateTables.Seconds, IsPossessionKnown: true, IsTryDue: false } || State.Football is not { HomeTimeouts: not null, AwayTimeouts: not null } told)
        {
            _branches[_count++] = new DriveBranch(chance, 0, points, Position.Seconds, band, KeepsBall: isFirst, EndsHalf: false, wasBehind);
            return;
        }

        for (var place = 0; place < NflParameters.Bands; place++)
        {
            var share = band == DriveModel.Kick ? parameters.KickBand[place] : place == band ? 1 : 0;
            if (share > 0)
            {
                var play = told with { Down = 1, YardsToFirst = DriveModel.FullDistance, YardsToGoal = (int)parameters.BandYards[place] };
                AddDrive(chance * share, lead, play, isFirst, wasBehind);
            }
        }
    }

    private void AddDrive(double chance, int lead, FootballSituation play, bool isFirst, bool wasBehind)
    {
        var at = _tables.Drives.At(play, isFirst ? Offence : 1 - Offence, Position.Seconds, isSecondHalf: true, isFirst ? lead : -lead);
        at = WithStrength(at, isFirst) with { IsStart = true, WasBehind = wasBehind };
        _tables.Drives.Ends(at, _ends);
        if (KneelDown.EndsGame(play, Position.Seconds, at.Lead, play.Timeouts(isFirst ? 1 - Offence : Offence)))
        {
            VectorMath.Scale(_ends, 1 - KneelDown.Share);
            _ends[DriveModel.HalfEnds] += KneelDown.Share;
        }

        var added = _branches.AsSpan(_count);
        added = added[.._tables.Drives.Branch(at, _ends, thirds: 3, added)];
        _count += added.Length;
        foreach (ref var branch in added)
        {
            branch = branch with
            {
                Chance = chance * branch.Chance,
                Own = isFirst ? branch.Own : branch.Other,
                Other = isFirst ? branch.Other : branch.Own,
                KeepsBall = branch.KeepsBall == isFirst,
            };
        }
    }
}
