SELECT seq, id, probe, output, arm, sample, seed, answers, body, prompt_tokens, verdict_tokens,
    millis, mass, levels
FROM probe_verdicts
WHERE :role = 'lead' AND probe = :probe AND seq > :after ORDER BY seq LIMIT :limit
