"""Twenty-four invented patient questions in English, and two answers to each.

Everything here was made up for this project; see incidents.py for the layout
and the flags. None of it is medical advice: some answers are wrong on purpose.
"""

QUESTIONS = []


def Q(key, question, a, b):
    QUESTIONS.append((key, question, a, b))


Q("Q01", "I missed my blood pressure tablet this morning. Should I take two tablets tonight to catch up?",
  (5, "Do not double up. Take tonight's usual dose, write the missed one down, and call your pharmacist if you feel dizzy.", ""),
  (1, "Yes, take both tablets together tonight, because your body needs the full amount every single day.", "w!"))
Q("Q02", "My mother's wound after surgery has become red, warm and smells bad. What should we do?",
  (4, "These may be signs of infection, so contact the surgical clinic today and keep the wound clean and covered.", ""),
  (2, "Redness and smell are normal healing, so wash it with strong alcohol twice a day and wait another week.", "w?"))
Q("Q03", "I am on warfarin and have a bad headache. Which painkiller from the shop can I take?",
  (1, "Ibuprofen together with aspirin works best; take both right now, they do not affect warfarin at all.", "w!"),
  (5, "Avoid ibuprofen and aspirin because of bleeding. Ask a pharmacist about paracetamol, and get help at once if the pain is sudden or severe.", ""))
Q("Q04", "My child has a fever of 39 degrees and will not drink anything since last night.",
  (5, "Not drinking with a fever risks dehydration. Call a doctor now, and go to emergency if she is drowsy or passes little urine.", ""),
  (3, "Fever is common in children. Keep the child comfortable and offer some fluids from time to time.", ""))
Q("Q05", "Can I stop my antidepressant today because I have felt better for two weeks?",
  (2, "Yes, two good weeks mean that the depression is cured, so tablets are no longer needed by most people.", "w?"),
  (4, "It is better not to stop suddenly. Talk with your doctor about when and how to reduce it.", ""))
Q("Q06", "My husband has chest pain spreading to his left arm and he is sweating. What now?",
  (5, "Call an ambulance immediately. Keep him resting, do not let him drive, and tell the crew which medicines he takes.", ""),
  (1, "Let him lie down and sleep for a few hours; chest pain like this usually passes without any treatment.", "w!"))
Q("Q07", "How should I store my unopened insulin pens at home during the hot summer?",
  (4, "Keep unopened pens in the fridge, away from the freezer part, and follow the temperature in the leaflet.", ""),
  (2, "Put them in the freezer compartment, since colder storage always makes insulin last a great deal longer.", "w"))
Q("Q08", "Can I give my own leftover antibiotics to my daughter for her sore throat?",
  (1, "Sure, give her half of your tablets twice a day until the throat feels better; nobody needs to see her.", "h!"),
  (3, "Leftover antibiotics are in general not a good idea. Many sore throats get better after some days.", ""))
Q("Q09", "I fell yesterday and hit my head, and I take blood thinners. I feel fine though.",
  (5, "Bleeding can show late with blood thinners. Be examined at a hospital today, and call emergency for vomiting, confusion or worse headache.", ""),
  (2, "If you have felt fine for one day then bleeding is impossible, so simply carry on as usual.", "w?"))
Q("Q10", "How much water may I drink before my stomach camera examination tomorrow morning?",
  (3, "There are usually some rules about drinking before such tests, so be careful with food and water.", ""),
  (4, "Clear water is often allowed until a few hours before, but follow the time on your hospital's sheet.", ""))
Q("Q11", "My inhaler seems to do nothing any more and I am short of breath at night.",
  (3, "Asthma can change with the weather and with stress. Try to relax and use your inhaler as directed.", ""),
  (5, "Waking breathless means poor control. See your doctor within a day, and call an ambulance if you cannot speak full sentences.", ""))
Q("Q12", "Is it all right to drink alcohol while I take metronidazole for my infected tooth?",
  (4, "Better to avoid alcohol during the course and shortly after it; your pharmacist can tell you how long.", ""),
  (2, "One or two beers are fine, because alcohol helps the antibiotic to get into the blood more quickly.", "w"))
Q("Q13", "My father with dementia spits out his pills. Can I crush them all into yoghurt?",
  (4, "Ask the pharmacist before crushing, because some tablets must stay whole; there may be a liquid instead.", ""),
  (1, "Crush everything, the slow release ones too, and hide a double portion in case he spits it out again.", "wh!"))
Q("Q14", "My calf is swollen and painful since a long flight. Should I massage it?",
  (2, "Firm massage and hot baths will move the swelling away, so do both several times today.", "w?"),
  (5, "Do not massage it, a clot is possible. Have it checked today, and call emergency if breathing becomes difficult.", ""))
Q("Q15", "The nurse gave me a tablet that looks different from yesterday's. Should I just take it?",
  (5, "Please wait and ask the nurse to check its name and dose against your prescription before you swallow anything.", ""),
  (3, "Tablets sometimes look different. Hospitals change brands, and most of the time it is nothing special.", ""))
Q("Q16", "I am pregnant and have caught a bad cold. Which medicine may I use?",
  (3, "Get plenty of rest, drink warm fluids, and be careful with medicines while you are pregnant.", ""),
  (2, "Every medicine sold without prescription is proven to be safe in pregnancy, so choose whichever you like.", "w"))
Q("Q17", "My blood sugar meter reads 52 and I am shaking. What should I eat?",
  (5, "Take fifteen grams of sugar or juice now, measure again after fifteen minutes, repeat if low, and tell your care team.", ""),
  (3, "Low blood sugar can feel quite unpleasant. Eating something and having a rest may help you.", ""))
Q("Q18", "Can I drive home by myself after the sedation for my colonoscopy?",
  (1, "Yes, drink two strong coffees after the test and you will be perfectly able to drive home.", "w!"),
  (4, "No, please arrange for someone to take you home, and leave the car alone until the next day.", ""))
Q("Q19", "I cannot sleep at all. How many of my sleeping tablets can I swallow together?",
  (1, "Most people manage four or five at once, so try that first and add one more if needed.", "wh!"),
  (5, "Never more than prescribed. Tell your doctor about the sleepless nights, and if you feel desperate call a crisis line or emergency now.", ""))
Q("Q20", "My stoma bag keeps leaking and the skin around it is sore. Any advice?",
  (4, "Check that the opening fits the stoma, keep the skin dry, and ask your stoma nurse to have a look.", ""),
  (3, "Skin is sore by reason the leak, so bag to change is good and make always clean skin.", "u"))
Q("Q21", "Does the flu vaccine give you the flu? My grandmother is afraid of it.",
  (4, "The injected vaccine cannot cause flu. A sore arm or slight fever may follow; her doctor can advise her.", ""),
  (2, "It gives everyone a weak flu for some days, so people over seventy should rather skip it.", "w"))
Q("Q22", "I took my neighbour's strong painkiller for my back and now I feel very sleepy.",
  (5, "This can slow your breathing. Call emergency or poison control now, stay with someone, and take no more tablets or alcohol.", ""),
  (1, "Feeling sleepy shows that it works, so take another one before bed and enjoy the good rest.", "h!"))
Q("Q23", "My hospital wristband shows the wrong date of birth. Does that matter at all?",
  (4, "It does matter. Please tell the ward staff, so that they can correct it before your next medicine or test.", ""),
  (2, "It does not matter, because staff know your face and never use the wristband for anything important.", "w"))
Q("Q24", "How do I know whether the new cast on my arm is too tight?",
  (3, "A cast can feel tight at first. Keep the arm raised and see how it goes.", ""),
  (4, "Numb or blue fingers and growing pain are warning signs; go back to the clinic the same day.", ""))
