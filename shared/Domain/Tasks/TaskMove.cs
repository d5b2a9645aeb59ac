using CvatServerless.Domain.Labels;

namespace CvatServerless.Domain.Tasks;

/// <summary>A move into a project that has been decided and is being carried out.</summary>
/// <param name="Key">Names this move: its step for a job's annotations is applied once.</param>
/// <param name="Translation">What the annotations' labels are called in the project.</param>
public sealed record TaskMove(string Key, LabelTranslation Translation);
