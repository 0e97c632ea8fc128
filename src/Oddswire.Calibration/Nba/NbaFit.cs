using Oddswire.Calibration.Data;
using Oddswire.Calibration.Fit;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Nba;

namespace Oddswire.Calibration.Nba;

/// <summary>
/// Fits the NBA model by likelihood: the margin of regulation and the winner, then the total. Sheets of other seasons stand for what many games teach (the
/// prior, how leads are caught up, the weights of final margins), events for what lies between the quarters and for the last minutes. Deterministic.
/// </summary>
public static class NbaFit
{
    // A game of events speaks at some 460 moments, which say much the same; cross-validation lets it count as much as two and a half games of quarter scores.
    private const double WeightOfEvents = 10;
    private const int EventsApart = 23;

    // The winner is the price that matters most, and is blunt beside the margin: it counts twice.
    private const double WeightOfWinner = 2;
    private const double LeastChance = 1e-9;

    /// <summary>Where the fit begins: round numbers of the right size.</summary>
    private static readonly NbaParameters Start = new NbaParameters
    {
        HomeEdge = 2.6,
        StrengthSd = 6,
        AverageTotal = 226,
        SpreadWeight = 0.2,
        PointsPerDeviate = 11,
        LineGain = 0.7,
        LineCurve = 0.1,
        Reversion = 0.5,
        ReversionPower = 0.75,
        ReversionRelief = 0.04,
        MarginSd = 14.5,
        MarginSdCurve = 0.25,
        LateVariance = 3,
        LateSeconds = 25,
        PossessionValue = 0.4,
        LooseBallShare = 0.5,
        FreeThrowValue = 0.7,
        BonusValue = 0.05,
        FoulSeconds = 150,
        QuarterStartValue = 0.4,
        Tilt = 0.04,
        TiltWidth = 6,
        MarginWeights = [2, 0.7, 0.8, 1, 1, 1.15, 1.15, 1.3, 1.3, 1.05, 1.05],
        HoldSecondsClose = 4,
        HoldSecondsFar = 20,
        OvertimeLineGain = 1,
        OvertimePoints = 0.116,
        OvertimePointsSd = 10,
        TotalGain = 0.99,
        TotalCurve = 0.02,
        TotalSd = 15.5,
        TotalLateVariance = 15,
        TotalLateSeconds = 60,
        ClosePoints = 2,
        CloseWidth = 6,
        CloseSeconds = 60,
        BallScoresNext = 0.68,
        NextScoreTilt = 0.005,
    };

    /// <summary>Fits all parameters but the average total without a line, which is set to what the league scores today.</summary>
    public static NbaParameters Run(TrainingSet set, FitContext context)
    {
        var samples = SamplesOf(set.Rows);
        var start = FoulCount.Apply(WithPrior(Start, set.Rows), set.Rows);
        var margin = Bfgs.Minimise(
            MarginVector(start), MarginScale, p => CostOfMargin(new NbaModel(WithMargin(start, p), "fit"), samples), 60,
            share => context.Progress(share * 0.7, "fitting the margin"));
        var fitted = WithOvertime(WithMargin(start, margin), samples);
        var total = Bfgs.Minimise(
            TotalVector(fitted), TotalScale, p => CostOfTotal(new NbaModel(WithTotal(fitted, p), "fit"), samples), 40,
            share => context.Progress(0.7 + (share * 0.25), "fitting the total"));
        context.Progress(0.95, "counting who scores next");
        return NextScoreFit.Apply(WithTotal(fitted, total), set.Rows);
    }

    private static double[] MarginScale =>
        [0.3, 0.2, 0.15, 0.2, 1.5, 0.15, 2, 10, 0.2, 0.02, 0.5, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 2, 8, 0.5, 0.02, 0.1, 0.2, 0.3, 0.3, 0.05];

    private static double[] TotalScale => [0.01, 0.02, 1, 8, 30, 1.5, 3, 30];

    // Game by game: the weights of the final margins are the same throughout a game with a line.
    private static List<Sample> SamplesOf(IReadOnlyList<ModelRow> rows)
    {
        List<Sample> samples = [];
        foreach (var game in rows.GroupBy(row => row.Game.Id))
        {
            var inGame = game.ToList();
            if (inGame[0] is SheetRow sheet)
            {
                samples.AddRange(inGame.Select(row => new Sample(row.State, row.Info, sheet.Regulation, row.Final, 1)));
                continue;
            }

            var regulation = inGame.LastOrDefault(row => !row.IsOvertime)?.State.Score ?? default;
            var some = inGame.Where((row, i) => i % EventsApart == 0 && !row.IsOvertime && NbaRows.SecondsLeft(row.State) > 0).ToList();
            samples.AddRange(some.Select(row => new Sample(row.State, row.Info, regulation, row.Final, WeightOfEvents / some.Count)));
        }

        return samples;
    }

    private static double CostOfMargin(NbaModel model, List<Sample> samples)
    {
        double cost = 0, weights = 0;
        foreach (var sample in samples)
        {
            var win = model.Solve(sample.State, sample.Info).Result().TwoWay.Value;
            var winner = sample.Final.Margin > 0 ? win : 1 - win;
            cost -= sample.Weight * (Math.Log(model.RegulationMargin(sample.Regulation.Margin).Value + LeastChance)
                + (WeightOfWinner * Math.Log(winner + LeastChance)));
            weights += sample.Weight;
        }

        return cost / weights;
    }

    private static double CostOfTotal(NbaModel model, List<Sample> samples)
    {
        double cost = 0, weights = 0;
        foreach (var sample in samples)
        {
            var solved = model.Solve(sample.State, sample.Info);
            cost -= sample.Weight * Math.Log(solved.Total(new Line(sample.Final.Total * 100)).Push.Value + LeastChance);
            weights += sample.Weight;
        }

        return cost / weights;
    }

    // Home edge and spread of strength without a line: those of the lines themselves.
    private static NbaParameters WithPrior(NbaParameters start, IReadOnlyList<ModelRow> rows)
    {
        var lines = rows.GroupBy(row => row.Game.Id).Select(game => game.First().Info.Line?.HomeMarginHundredths / 100.0).OfType<double>().ToList();
        var mean = lines.Average();
        return start with { HomeEdge = mean, StrengthSd = Math.Sqrt(lines.Average(line => (line - mean) * (line - mean))) };
    }

    private static NbaParameters WithOvertime(NbaParameters start, List<Sample> samples)
    {
        var added = samples.Where(sample => sample.State.Period == 0 && sample.Regulation.Margin == 0 && sample.Info.Line?.TotalHundredths is not null)
            .Select(sample => (Points: sample.Final.Total - sample.Regulation.Total, Line: sample.Info.Line!.TotalHundredths!.Value / 100.0)).ToList();
        var share = added.Average(game => game.Points / game.Line);
        return start with
        {
            OvertimePoints = share,
            OvertimePointsSd = Math.Sqrt(added.Average(game => Math.Pow(game.Points - (share * game.Line), 2))),
        };
    }

    private static double[] MarginVector(NbaParameters p) =>
    [
        p.SpreadWeight, p.LineGain, p.Reversion, p.ReversionPower, p.MarginSd, p.MarginSdCurve, p.LateVariance, p.LateSeconds, p.PossessionValue, p.Tilt,
        p.MarginWeights[0], p.MarginWeights[1], p.MarginWeights[2], p.MarginWeights[3], p.MarginWeights[4], p.MarginWeights[5], p.MarginWeights[7],
        p.MarginWeights[9], p.HoldSecondsClose, p.HoldSecondsFar, p.OvertimeLineGain, p.ReversionRelief, p.LineCurve,
        p.QuarterStartValue, p.LooseBallShare, p.FreeThrowValue, p.BonusValue,
    ];

    private static NbaParameters WithMargin(NbaParameters start, double[] p)
    {
        double Weight(int index) => Math.Clamp(p[index], 0.05, 10);
        return start with
        {
            SpreadWeight = Math.Clamp(p[0], 0, 1),
            LineGain = Math.Clamp(p[1], 0.1, 2.5),
            Reversion = Math.Clamp(p[2], 0, 2),
            ReversionPower = Math.Clamp(p[3], 0.2, 2),
            MarginSd = Math.Clamp(p[4], 5, 30),
            MarginSdCurve = Math.Clamp(p[5], -0.5, 0.45),
            LateVariance = Math.Clamp(p[6], 0, 30),
            LateSeconds = Math.Clamp(p[7], 2, 200),
            PossessionValue = Math.Clamp(p[8], 0, 2),
            Tilt = Math.Clamp(p[9], 0, 0.3),
            MarginWeights =
            [
                Weight(10), Weight(11), Weight(12), Weight(13), Weight(14), Weight(15), Weight(15), Weight(16), Weight(16), Weight(17), Weight(17),
            ],
            HoldSecondsClose = Math.Clamp(p[18], 0.5, 30),
            HoldSecondsFar = Math.Clamp(p[19], 0.5, 100),
            OvertimeLineGain = Math.Clamp(p[20], 0, 3),
            ReversionRelief = Math.Clamp(p[21], 0, 0.3),
            LineCurve = Math.Clamp(p[22], -0.5, 0.5),
            QuarterStartValue = Math.Clamp(p[23], 0, 2),
            LooseBallShare = Math.Clamp(p[24], -0.5, 1),
            FreeThrowValue = Math.Clamp(p[25], 0, 1.2),
            BonusValue = Math.Clamp(p[26], 0, 0.5),
        };
    }

    private static double[] TotalVector(NbaParameters p) =>
        [p.TotalGain, p.TotalCurve, p.TotalSd, p.TotalLateVariance, p.TotalLateSeconds, p.ClosePoints, p.CloseWidth, p.CloseSeconds];

    private static NbaParameters WithTotal(NbaParameters start, double[] p) => start with
    {
        TotalGain = Math.Clamp(p[0], 0.8, 1.2),
        TotalCurve = Math.Clamp(p[1], -0.3, 0.3),
        TotalSd = Math.Clamp(p[2], 5, 40),
        TotalLateVariance = Math.Clamp(p[3], 0, 100),
        TotalLateSeconds = Math.Clamp(p[4], 5, 600),
        ClosePoints = Math.Clamp(p[5], 0, 15),
        CloseWidth = Math.Clamp(p[6], 2, 20),
        CloseSeconds = Math.Clamp(p[7], 5, 600),
    };

    private sealed record Sample(GameState State, GameInfo Info, Score Regulation, Score Final, double Weight);
}
