namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// The last minutes as they follow on <see cref="EarlyTables"/>: <see cref="LateTables"/> averaged over when and where the first drive within them begins,
/// as a list of what both teams may score, each with its chance at every lead.
/// </summary>
internal sealed class LateMixture
{
    // The least chance, on average over the leads, of a pair of points that is listed; the others, about a hundredth in all, are put with the nearest of
    // those that leave the same team ahead: a rare way to win stays one.
    private const float LeastListed = 2e-4f;

    // Less is not moved.
    private const float LeastMoved = 1e-8f;

    // Rows and steps of columns of less than that are left out.
    private const float LeastRow = 1e-5f;
    private const float LeastCells = 1e-6f;

    // Leads from the furthest ahead to the furthest behind, so that a row of the home team's points runs along them.
    private const int Furthest = 120;
    private const int Leads = (2 * Furthest) + 1;

    // What is read to either side of a law's row, and of the chances of a pair: nothing is added there.
    private const int Pad = LateTables.Points;
    private const int PaddedWidth = Pad + ScoreLaw.Points;

    /// <summary>Cells of the buffer that a composition over several leads needs.</summary>
    public int BufferSize => _lists.Max(list => list.Chances.Length);

    private readonly PairList[] _lists = new PairList[3];

    /// <summary>Mixes the tables.</summary>
    /// <param name="beginnings">When and where the first drive begins.</param>
    /// <param name="late">The tables of the line.</param>
    /// <param name="isHomeFavoured">Whether home, which is the first team here, is the favourite.</param>
    public LateMixture(IReadOnlyList<(int Slot, int Band, float Share)> beginnings, LateBlend late, bool isHomeFavoured)
    {
        var mixed = new float[3][];
        for (var side = 0; side < mixed.Length; side++)
        {
            mixed[side] = new float[((2 * LateTables.MaxLead) + 1) * LateTables.Size];
        }

        var away = new float[LateTables.Size];
        for (var lead = -LateTables.MaxLead; lead <= LateTables.MaxLead; lead++)
        {
            var home = Cells(mixed[0], lead);
            away.AsSpan().Clear();

            // Who is behind then mostly was before.
            foreach (var (tables, part) in late.Parts)
            {
                foreach (var (slot, band, share) in beginnings)
                {
                    VectorMath.AddScaled(home, tables.At(slot, band, lead, isHomeFavoured, wasBehind: true), part * share);
                    VectorMath.AddScaled(away, tables.At(slot, band, lead, !isHomeFavoured, wasBehind: true), part * share);
                }
            }

            // The away team with the ball, its lead the other way round, and its points in the columns.
            PointGrid.AddTransposed(Cells(mixed[1], -lead), LateTables.Width, away, LateTables.Width, LateTables.Points);
        }

        VectorMath.AddScaled(mixed[2], mixed[0], 0.5f);
        VectorMath.AddScaled(mixed[2], mixed[1], 0.5f);
        for (var side = 0; side < mixed.Length; side++)
        {
            List(side, mixed[side]);
        }
    }

    /// <summary>Adds to a law of points what comes of another one with the last minutes after it.</summary>
    /// <param name="law">Home's points in rows, both up to <see cref="EarlyTables.Points"/>, where the drive that runs into the last minutes ends.</param>
    /// <param name="side">Who has the ball then: 0 home, 1 away, 2 either, as often.</param>
    /// <param name="lead">Home's lead before those points.</param>
    /// <param name="into">Added to.</param>
    /// <param name="isExact">Whether the least likely rows and columns count too: where neither team is before the other, mirrored games are then mirrored exactly.</param>
    public void Compose(ReadOnlySpan<float> law, int side, int lead, ScoreLaw into, bool isExact = false) =>
        Compose(law, _lists[side], _lists[side].Chances, lead, into, isExact);

    /// <summary>The same where the lead is one of several, each as likely.</summary>
    /// <param name="law">Home's points in rows.</param>
    /// <param name="side">Who has the ball then.</param>
    /// <param name="leads">The leads.</param>
    /// <param name="buffer">Room for <see cref="BufferSize"/>.</param>
    /// <param name="into">Added to.</param>
    public void Compose(ReadOnlySpan<float> law, int side, ReadOnlySpan<int> leads, Span<float> buffer, ScoreLaw into)
    {
        // Only leads that the law's points can lead to are read.
        var list = _lists[side];
        var chances = list.Chances;
        buffer[..chances.Length].Clear();
        var most = Most(law);
        var (from, count) = (Furthest - most, (2 * most) + 1);
        foreach (var lead in leads)
        {
            var moved = Math.Clamp(lead, EarlyTables.Points - Furthest, Furthest - EarlyTables.Points);
            for (var i = 0; i < list.Away.Length; i++)
            {
                var at = Pad + (i * Leads) + from;
                VectorMath.AddScaled(buffer[at..], chances.AsSpan(at - moved, count), 1f / leads.Length);
            }
        }

        Compose(law, list, buffer[..chances.Length], 0, into, isExact: false);
    }

    /// <summary>How many pairs of points are listed for a side: for measurements.</summary>
    internal int Pairs(int side) => _lists[side].Away.Length;

    // Every cell is gathered from those it comes of: what is added up stays in registers.
    private static void Compose(ReadOnlySpan<float> law, PairList list, ReadOnlySpan<float> chances, int lead, ScoreLaw into, bool isExact)
    {
        Span<float> padded = stackalloc float[EarlyTables.Points * PaddedWidth];
        Span<int> used = stackalloc int[EarlyTables.Points];
        for (var row = 0; row < EarlyTables.Points; row++)
        {
            var cells = law.Slice(row * EarlyTables.Width, EarlyTables.Points);
            used[row] = isExact ? cells.Length : VectorMath.Sum(cells) >= LeastRow ? Used(cells) : 0;
            cells[..used[row]].CopyTo(padded.Slice((row * PaddedWidth) + Pad));
            into.Cover(used[row] > 0 ? Math.Max(row, used[row] - 1) + list.Most + 1 : 0);
        }

        // Group by group, so that its chances stay in the nearest cache: every row of the result still gets the groups in their order.
        foreach (ref readonly var group in list.Groups.AsSpan())
        {
            var away = list.Away.AsSpan(group.First, group.Count);
            for (var row = 0; row < EarlyTables.Points && row + group.Home < ScoreLaw.Points - 1; row++)
            {
                if (used[row] > 0)
                {
                    var first = Pad + Furthest - Math.Clamp(lead + row, -Furthest + EarlyTables.Points, Furthest);
                    PointGrid.Gather(
                        into.Cells.Slice((row + group.Home) * ScoreLaw.Points, ScoreLaw.Points), padded[(row * PaddedWidth)..], used[row], Pad,
                        chances[((group.First * Leads) + first - Pad)..], Leads, away);
                }
            }
        }
    }

    // The most points of either team that count.
    private static int Most(ReadOnlySpan<float> law)
    {
        var most = 0;
        for (var row = 0; row < EarlyTables.Points; row++)
        {
            var cells = law.Slice(row * EarlyTables.Width, EarlyTables.Points);
            most = VectorMath.Sum(cells) >= LeastRow ? Math.Max(most, Math.Max(row, Used(cells))) : most;
        }

        return most;
    }

    // Columns up to the last that matters, in whole steps of eight.
    private static int Used(ReadOnlySpan<float> cells)
    {
        var used = cells.Length;
        while (used > 8 && VectorMath.Sum(cells.Slice(used - 8, 8)) < LeastCells)
        {
            used -= 8;
        }

        return used;
    }

    /// <summary>When and where the first drive within the last minutes begins: steps of the tables, bands and shares.</summary>
    public static IReadOnlyList<(int Slot, int Band, float Share)> Beginnings(EarlyTables early)
    {
        const int stepSeconds = 10;
        const int steps = 1800 / stepSeconds;
        const int late = LateTables.Seconds / stepSeconds;
        var going = new double[steps + 1, NflParameters.Bands + 1];
        var begun = new double[LateTables.Slots + 1, NflParameters.Bands + 1];
        going[steps, DriveModel.Kick] = 1;
        double all = 0;
        for (var step = steps; step > late; step--)
        {
            for (var band = 0; band <= NflParameters.Bands; band++)
            {
                var share = going[step, band];
                foreach (ref readonly var branch in share > 1e-9 ? early.Branches(band, step * stepSeconds, isSecondHalf: true) : [])
                {
                    if (branch.EndsHalf)
                    {
                        continue;
                    }

                    var chance = share * branch.Chance;
                    if (branch.Seconds > LateTables.Seconds && step > late + 1)
                    {
                        going[Math.Clamp((int)Math.Round(branch.Seconds / stepSeconds), late + 1, step - 1), branch.Band] += chance;
                        continue;
                    }

                    var place = LateTables.PlaceOf(branch.Seconds);
                    var slot = Math.Min((int)place, LateTables.Slots - 1);
                    begun[slot, branch.Band] += chance * (1 - (place - slot));
                    begun[slot + 1, branch.Band] += chance * (place - slot);
                    all += chance;
                }
            }
        }

        List<(int, int, float)> beginnings = [];
        for (var slot = 0; slot <= LateTables.Slots; slot++)
        {
            for (var band = 0; band <= NflParameters.Bands; band++)
            {
                if (begun[slot, band] > 0)
                {
                    beginnings.Add((slot, band, (float)(begun[slot, band] / all)));
                }
            }
        }

        return beginnings;
    }

    private static Span<float> Cells(float[] mixed, int lead) => mixed.AsSpan((lead + LateTables.MaxLead) * LateTables.Size, LateTables.Size);

    private void List(int side, float[] mixed)
    {
        List<(int Home, int Away)> pairs = [];
        for (var home = 0; home < LateTables.Points; home++)
        {
            for (var away = 0; away < LateTables.Points; away++)
            {
                var sum = 0f;
                for (var lead = -LateTables.MaxLead; lead <= LateTables.MaxLead; lead++)
                {
                    sum += Cells(mixed, lead)[(home * LateTables.Width) + away];
                }

                if (sum >= LeastListed * ((2 * LateTables.MaxLead) + 1))
                {
                    pairs.Add((home, away));
                }
            }
        }

        var places = new int[LateTables.Points * LateTables.Points];
        places.AsSpan().Fill(-1);
        for (var i = 0; i < pairs.Count; i++)
        {
            places[(pairs[i].Home * LateTables.Points) + pairs[i].Away] = i;
        }

        // From a lead that no listed points turn round, all greater ones are alike.
        const int alike = LateTables.Points;
        var chances = new float[(2 * Pad) + (pairs.Count * Leads)];
        var listed = new double[pairs.Count];
        for (var lead = alike; lead >= -alike; lead--)
        {
            Listed(Cells(mixed, Math.Clamp(lead, -LateTables.MaxLead, LateTables.MaxLead)), pairs, places, lead, listed);
            var sum = listed.Sum();
            var (from, to) = (lead == alike ? Furthest : lead, lead == -alike ? -Furthest : lead);
            for (var i = 0; i < pairs.Count; i++)
            {
                chances.AsSpan(Pad + (i * Leads) + Furthest - from, from - to + 1).Fill((float)(listed[i] / sum));
            }
        }

        _lists[side] = new PairList([.. pairs.Select(pair => pair.Away)], [.. Groups(pairs)], chances);
    }

    // Chances of the listed pairs at a lead, those of the others put with the nearest.
    private static void Listed(ReadOnlySpan<float> cells, List<(int Home, int Away)> pairs, int[] places, int lead, double[] chances)
    {
        Array.Clear(chances);
        for (var home = 0; home < LateTables.Points; home++)
        {
            for (var away = 0; away < LateTables.Points; away++)
            {
                var chance = cells[(home * LateTables.Width) + away];
                if (places[(home * LateTables.Points) + away] is >= 0 and var place)
                {
                    chances[place] += chance;
                }
                else if (chance > LeastMoved)
                {
                    Spread(chance, home, away, lead, pairs, chances);
                }
            }
        }
    }

    private static void Spread(double chance, int home, int away, int lead, List<(int Home, int Away)> pairs, double[] chances)
    {
        var ahead = Math.Sign(home - away + lead);
        int Distance((int Home, int Away) pair) => Math.Sign(pair.Home - pair.Away + lead) == ahead ? Math.Abs(pair.Home - home) + Math.Abs(pair.Away - away) : int.MaxValue;

        var (least, count) = (int.MaxValue, 0);
        foreach (var pair in pairs)
        {
            var distance = Distance(pair);
            (least, count) = distance < least ? (distance, 1) : (least, distance == least ? count + 1 : count);
        }

        for (var i = 0; i < pairs.Count && least < int.MaxValue; i++)
        {
            if (Distance(pairs[i]) == least)
            {
                chances[i] += chance / count;
            }
        }
    }

    private static IEnumerable<PairGroup> Groups(List<(int Home, int Away)> pairs)
    {
        for (var first = 0; first < pairs.Count;)
        {
            var home = pairs[first].Home;
            var count = pairs.Skip(first).TakeWhile(pair => pair.Home == home).Count();
            yield return new PairGroup(home, first, count);
            first += count;
        }
    }

    /// <summary>Pairs with the same points of home.</summary>
    private readonly record struct PairGroup(int Home, int First, int Count);

    /// <summary>Pairs of points by home's, then away's; and their chances at every lead, from the furthest ahead, one pair after the other.</summary>
    private sealed record PairList(int[] Away, PairGroup[] Groups, float[] Chances)
    {
        /// <summary>The most points of either team.</summary>
        public int Most { get; } = Math.Max(Away.Max(), Groups[^1].Home);
    }
}
