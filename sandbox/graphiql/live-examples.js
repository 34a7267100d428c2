// Examples that need the id of something that is there; it is looked up when one is opened.

/** What the examples below are filled with: finds a job and a card on its board that the user may see. */
export const LOOK_UP = `{
  jobs(first: 10, filter: {status: OPEN}) {
    nodes { id board { columns { stage { id } cards(first: 1) { nodes { applicationId } } } } }
  }
}`;

/** The first card that can move to the right: its job, its application, its stage and the next one. */
function movableCard(data) {
  for (const { id, board } of data?.jobs?.nodes ?? []) {
    for (const [place, { stage, cards }] of (board?.columns ?? []).entries()) {
      const [card] = cards?.nodes ?? [];
      const next = board.columns[place + 1]?.stage;
      if (card && next) return { jobId: id, applicationId: card.applicationId, fromStageId: stage.id, toStageId: next.id };
    }
  }
  return { jobId: '', applicationId: '', fromStageId: '', toStageId: '' };
}

export const LIVE_EXAMPLES = [
  {
    title: 'Move a card to the next column',
    query: `mutation MoveCard($input: MoveApplicationInput!) {
  moveApplication(input: $input) {
    __typename
    ... on MoveApplicationSuccess {
      application { person { name } stage { name } version }
    }
    ... on StageConflict { message }
  }
}`,
    variables(data) {
      const { jobId, ...input } = movableCard(data);
      return { input };
    },
  },
  {
    title: 'Watch a board, for moves made in another window',
    query: `subscription WatchBoard($jobId: ID!) {
  boardChanged(jobId: $jobId) {
    __typename
    version
    actor { kind }
    application { person { name } stage { name } }
    ... on ApplicationMoved { fromStage { name } toStage { name } }
  }
}`,
    variables: (data) => ({ jobId: movableCard(data).jobId }),
  },
];
