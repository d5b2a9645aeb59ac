using System.Globalization;
using CvatServerless.Domain.Annotations;

namespace CvatServerless.Formats.Model;

/// <summary>What all importers that go through datumaro in the original have in common. Source: contract-annotations.md §2.5.</summary>
internal sealed class DatumaroImport(ImportContext context)
{
    private readonly List<LabeledShape> _shapes = [];
    private readonly Dictionary<string, TrackBuilder> _tracks = [];

    public LabeledData Result() => new() { Shapes = _shapes, Tracks = [.. _tracks.Values.Select(track => track.Build(context.Frames.Count > 0 ? context.Frames[^1].Number : -1))] };

    /// <summary>Adds the annotations of an image.</summary>
    public void Add(string itemId, int frame, IReadOnlyList<ImportedAnnotation> annotations)
    {
        var groups = Groups(annotations);
        for (var index = 0; index < annotations.Count; index++)
        {
            var annotation = annotations[index];
            var label = context.Label(annotation.Label, itemId, index, annotation.Kind);
            var special = SpecialAttributes.Of(annotation);
            var attributes = Attributes(label, annotation);
            var group = groups.GetValueOrDefault(annotation.Group);
            if (special.TrackId is not null && special.KeyFrame is { } isKeyFrame)
            {
                AddTracked(annotation, label, frame, group, special, isKeyFrame, attributes);
                continue;
            }

            _shapes.Add(new LabeledShape
            {
                LabelId = label.Id,
                Type = annotation.Type,
                Frame = frame,
                Group = group,
                Source = special.Source,
                Score = special.Score,
                Occluded = special.Occluded,
                Outside = special.Outside,
                Rotation = special.Rotation,
                Points = annotation.Points,
                Attributes = attributes,
            });
        }
    }

    private void AddTracked(
        ImportedAnnotation annotation, IndexedLabel label, int frame, int group, SpecialAttributes special, bool isKeyFrame, AttributeValue[] attributes)
    {
        if (!_tracks.TryGetValue(special.TrackId!, out var track))
        {
            track = _tracks[special.TrackId!] = new TrackBuilder(label, group, special.Source);
        }

        track.Add(new TrackedShape
        {
            Type = annotation.Type,
            Frame = frame,
            Occluded = special.Occluded,
            Outside = special.Outside,
            Rotation = special.Rotation,
            Points = annotation.Points,
            Attributes = attributes,
        }, isKeyFrame);
    }

    // Groups of one vanish, the others are counted from 1 in each image.
    private static Dictionary<int, int> Groups(IReadOnlyList<ImportedAnnotation> annotations)
    {
        var numbers = new Dictionary<int, int>();
        foreach (var group in annotations.Where(annotation => annotation.Group != 0).GroupBy(annotation => annotation.Group))
        {
            if (group.Count() > 1)
            {
                numbers[group.Key] = numbers.Count + 1;
            }
        }

        return numbers;
    }

    private static AttributeValue[] Attributes(IndexedLabel label, ImportedAnnotation annotation)
    {
        var own = annotation.Attributes.Where(attribute => !SpecialAttributes.Names.Contains(attribute.Key));
        return ImportContext.Attributes(label, own.Select(attribute => (attribute.Key, attribute.Value)));
    }

    private sealed record SpecialAttributes(
        bool Occluded, bool Outside, double Rotation, string? TrackId, bool? KeyFrame, AnnotationSource Source, double Score)
    {
        public static readonly HashSet<string> Names =
            new() { "occluded", "outside", "rotation", "track_id", "keyframe", "source", "score" };

        public static SpecialAttributes Of(ImportedAnnotation annotation)
        {
            var source = Text("source")?.ToLowerInvariant();
            var rotation = Number("rotation") ?? 0;
            return new SpecialAttributes(
                Flag("occluded") ?? false,
                Flag("outside") ?? false,
                rotation - (360 * Math.Floor(rotation / 360)),
                Text("track_id"),
                Flag("keyframe"),
                AnnotationWords.TryParse(source, out AnnotationSource parsed) ? parsed : AnnotationSource.File,
                Math.Clamp(Number("score") ?? 1, 0, 1));

            string? Text(string name) => annotation.Attributes.FirstOrDefault(attribute => attribute.Key == name).Value;

            bool? Flag(string name) => Text(name)?.ToLowerInvariant() switch { null => null, "true" or "1" or "1.0" => true, _ => false };

            double? Number(string name) =>
                double.TryParse(Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
        }
    }
}
